/**
 * The fields of messages: what is checked of each as it is read, whoever sent it.
 *
 * @module
 */
import { create, type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import type { Key, PartReference, Room } from "@potluck/core";
import {
  type Blob as WireBlob,
  BlobSchema,
  type Key as WireKey,
  KeySchema,
  type Part as WirePart,
  PartSchema,
} from "./gen/wire_pb.ts";

/** No message is longer: models and updates travel as blobs. A longer one is refused before it is read. */
export const MAX_MESSAGE_BYTES: number = 1 << 20;

/** The longest text in a message, in characters; names and options of parts may be as long as the message. */
const MAX_TEXT = 4096;

/** What is wrong with a message that came in. The connection that it came over is closed; nothing else is touched. */
export class MessageError extends Error {
  override readonly name = "MessageError";
}

/** The message of a schema in bytes. Throws MessageError for whatever is none, and nothing else. */
export function parsed<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> {
  if (bytes.length > MAX_MESSAGE_BYTES) refuse(`a message of ${bytes.length} bytes, more than ${MAX_MESSAGE_BYTES}`);
  try {
    return fromBinary(schema, bytes);
  } catch (error) {
    throw new MessageError("bytes that are no message of this protocol", { cause: error });
  }
}

/** Bytes by their SHA-256, in lower-case hexadecimal, and how many there are. */
export interface BlobName {
  readonly sha256: string;
  readonly bytes: number;
}

/** Throws MessageError: `what` is not as it has to be. */
export function refuse(what: string): never {
  throw new MessageError(what);
}

/** A whole number in [least, 2^53). Throws MessageError. */
export function wholeOf(value: bigint, what: string, least: number = 0): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < least) refuse(`${what} is ${value}, not a whole number from ${least}`);
  return number;
}

/** A finite number ≥ 0. Throws MessageError. */
export function amountOf(value: number, what: string): number {
  if (!Number.isFinite(value) || value < 0) refuse(`${what} is ${value}, not a number from 0`);
  return value;
}

/** A text of bounded length without control characters. Throws MessageError. */
export function textOf(value: string, what: string, most: number = MAX_TEXT): string {
  if (value.length > most) refuse(`${what} is longer than ${most} characters`);
  if (/[\p{Cc}]/u.test(value.replaceAll("\n", " "))) refuse(`${what} has control characters`);
  return value;
}

/** Exactly so many bytes. Throws MessageError. */
export function bytesOf(value: Uint8Array, what: string, length: number): Uint8Array {
  if (value.length !== length) refuse(`${what} has ${value.length} bytes, not ${length}`);
  return value;
}

/** What has to be there. Throws MessageError. */
export function given<T>(value: T | undefined, what: string): T {
  return value ?? refuse(`${what} is missing`);
}

const SHA256_BYTES = 32;

/** The name of a blob. Throws MessageError. */
export function blobOf(blob: WireBlob | undefined, what: string): BlobName {
  const { sha256, bytes } = given(blob, what);
  return {
    sha256: hexOf(bytesOf(sha256, `the name of ${what}`, SHA256_BYTES)),
    bytes: wholeOf(bytes, `the size of ${what}`),
  };
}

/** The same to be written. */
export function wireBlob({ sha256, bytes }: BlobName): WireBlob {
  return create(BlobSchema, { sha256: bytesOfHex(sha256), bytes: BigInt(bytes) });
}

/** A part by name and options, of the room that belongs here. Throws MessageError; what the options mean the catalogue checks. */
export function partOf(part: WirePart | undefined, room: Room): PartReference {
  const { room: said, name, options } = given(part, `the ${room}`);
  if (said !== room) refuse(`a part of the room ${JSON.stringify(said)} where one of "${room}" belongs`);
  return { room, name: textOf(name, `the name of the ${room}`), options: optionsOf(options, room) };
}

/** The same to be written. */
export function wirePart({ room, name, options }: PartReference): WirePart {
  return create(PartSchema, { room, name, options: JSON.stringify(options) });
}

function optionsOf(text: string, room: Room): PartReference["options"] {
  const options = jsonOf(text);
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    refuse(`the options of the ${room} are no JSON object`);
  }
  return Object.fromEntries(Object.entries(options));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse("options that are not JSON");
  }
}

/** A random key. Throws MessageError. */
export function keyOf(key: WireKey | undefined): Key {
  const { high, low } = given(key, "the key");
  return { high, low };
}

/** The same to be written. */
export function wireKey({ high, low }: Key): WireKey {
  return create(KeySchema, { high, low });
}

/** Bytes in lower-case hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte: number) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOfHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
}
