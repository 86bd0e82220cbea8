/**
 * Plain data as bytes: what the state of a plan may hold, and how a snapshot of it is written and read back.
 *
 * Plain data are null, booleans, numbers, strings, arrays, Maps, objects without a class, and the typed arrays below.
 * Anything else (functions, class instances, undefined) is refused, so that a state that cannot be stored is found
 * by the first test and not by the first crash. Numbers keep every bit, including −0, NaN and infinities. A vector
 * that occurs several times is written once, and is one vector again when it is read.
 *
 * @module
 */
import { invariant, present } from "./invariant.ts";

/** Values that can be stored, cloned and compared by their bytes. */
export type PlainData =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | readonly PlainData[]
  | ReadonlyMap<PlainData, PlainData>
  | { readonly [name: string]: PlainData };

const TAG = {
  null: 0,
  false: 1,
  true: 2,
  number: 3,
  string: 4,
  list: 5,
  map: 6,
  record: 7,
  vector: 8,
  again: 9,
} as const;
const VECTORS = [Uint8Array, Uint32Array, Float32Array, Float64Array] as const;
const ALIGNMENT = 8;

/** `value` as bytes, the same bytes for equal values. Throws InvariantViolation naming the path to what is not plain. */
export function encodePlain(value: unknown): Uint8Array {
  const writer = new Writer();
  write(writer, value, "state");
  return writer.finish();
}

/** The value that {@link encodePlain} wrote. Throws InvariantViolation for bytes that are not a whole snapshot. */
export function decodePlain(bytes: Uint8Array): PlainData {
  const reader = new Reader(bytes);
  const value = read(reader);
  invariant(reader.at === bytes.length, `${bytes.length - reader.at} bytes left over after a snapshot`);
  return value;
}

function write(writer: Writer, value: unknown, path: string): void {
  if (value === null) return writer.byte(TAG.null);
  if (typeof value === "boolean") return writer.byte(value ? TAG.true : TAG.false);
  if (typeof value === "number") {
    writer.byte(TAG.number);
    return writer.float64(value);
  }
  if (typeof value === "string") {
    writer.byte(TAG.string);
    return writer.text(value);
  }
  invariant(typeof value === "object", `${path} is ${typeof value}, which is not plain data`);
  const vector = VECTORS.findIndex((type) => value instanceof type);
  if (ArrayBuffer.isView(value) && vector >= 0) return writeVector(writer, value, vector);
  if (Array.isArray(value)) return writeList(writer, value, path);
  if (value instanceof Map) return writeMap(writer, value, path);
  const prototype: unknown = Object.getPrototypeOf(value);
  invariant(prototype === Object.prototype || prototype === null, `${path} has a class, so it is not plain data`);
  writeRecord(writer, Object.entries(value), path);
}

function writeVector(writer: Writer, view: ArrayBufferView, type: number): void {
  const earlier = writer.vectors.get(view);
  if (earlier !== undefined) {
    writer.byte(TAG.again);
    return writer.length(earlier);
  }
  writer.vectors.set(view, writer.vectors.size);
  writer.byte(TAG.vector);
  writer.byte(type);
  writer.length(view.byteLength);
  writer.align();
  writer.bytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}

function writeList(writer: Writer, items: readonly unknown[], path: string): void {
  writer.byte(TAG.list);
  writer.length(items.length);
  for (const [i, item] of items.entries()) write(writer, item, `${path}[${i}]`);
}

function writeMap(writer: Writer, map: ReadonlyMap<unknown, unknown>, path: string): void {
  writer.byte(TAG.map);
  writer.length(map.size);
  for (const [key, value] of map) {
    write(writer, key, `a key of ${path}`);
    write(writer, value, `${path}.get(${typeof key === "number" || typeof key === "string" ? key : "…"})`);
  }
}

function writeRecord(writer: Writer, entries: readonly (readonly [string, unknown])[], path: string): void {
  writer.byte(TAG.record);
  writer.length(entries.length);
  for (const [name, value] of entries) {
    writer.text(name);
    write(writer, value, `${path}.${name}`);
  }
}

function read(reader: Reader): PlainData {
  const tag = reader.byte();
  switch (tag) {
    case TAG.null:
      return null;
    case TAG.false:
      return false;
    case TAG.true:
      return true;
    case TAG.number:
      return reader.float64();
    case TAG.string:
      return reader.text();
    case TAG.list:
      return Array.from({ length: reader.count() }, () => read(reader));
    case TAG.map:
      return new Map(Array.from({ length: reader.count() }, () => [read(reader), read(reader)] as const));
    case TAG.record:
      return Object.fromEntries(Array.from({ length: reader.count() }, () => [reader.text(), read(reader)] as const));
    case TAG.again:
      return present(reader.vectors[reader.length()], "a vector that was read before");
    default:
      invariant(tag === TAG.vector, `a snapshot tag, got ${tag}`);
      return readVector(reader);
  }
}

function readVector(reader: Reader): PlainData {
  const type = VECTORS[reader.byte()];
  invariant(type !== undefined, "a known vector type");
  const length = reader.length();
  invariant(length % type.BYTES_PER_ELEMENT === 0, "whole elements in a vector");
  reader.align();
  const vector = new type(new Uint8Array(reader.bytes(length)).buffer);
  reader.vectors.push(vector);
  return vector;
}

/** A growing buffer. */
class Writer {
  /** Vectors written so far, with their numbers. */
  readonly vectors = new Map<ArrayBufferView, number>();
  #view = new DataView(new ArrayBuffer(1024));
  #at = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#view.setUint8(this.#at++, value);
  }

  length(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  text(value: string): void {
    this.length(value.length);
    this.#reserve(2 * value.length);
    for (let i = 0; i < value.length; i++) this.#view.setUint16(this.#at + 2 * i, value.charCodeAt(i), true);
    this.#at += 2 * value.length;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    new Uint8Array(this.#view.buffer).set(value, this.#at);
    this.#at += value.length;
  }

  align(): void {
    const rest = this.#at % ALIGNMENT;
    const padding = rest === 0 ? 0 : ALIGNMENT - rest;
    for (let i = 0; i < padding; i++) this.byte(0);
  }

  finish(): Uint8Array {
    return new Uint8Array(this.#view.buffer.slice(0, this.#at));
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#view.byteLength) return;
    const grown = new Uint8Array(Math.max(2 * this.#view.byteLength, this.#at + more));
    grown.set(new Uint8Array(this.#view.buffer));
    this.#view = new DataView(grown.buffer);
  }
}

/** A cursor over bytes that a {@link Writer} made. Reading past the end throws InvariantViolation. */
class Reader {
  at = 0;
  /** Vectors read so far, in order. */
  readonly vectors: PlainData[] = [];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#view.getUint8(this.#pass(1));
  }

  length(): number {
    return this.#view.getUint32(this.#pass(4), true);
  }

  /** The number of things that follow; each takes a byte at least, so that broken bytes cannot ask for much memory. */
  count(): number {
    const count = this.length();
    invariant(count <= this.#bytes.length - this.at, "a snapshot that is whole");
    return count;
  }

  float64(): number {
    return this.#view.getFloat64(this.#pass(8), true);
  }

  text(): string {
    const start = this.#pass(2 * this.length());
    let text = "";
    for (let at = start; at < this.at; at += 2) text += String.fromCharCode(this.#view.getUint16(at, true));
    return text;
  }

  bytes(length: number): Uint8Array {
    const start = this.#pass(length);
    return this.#bytes.subarray(start, this.at);
  }

  align(): void {
    this.at = Math.ceil(this.at / ALIGNMENT) * ALIGNMENT;
  }

  /** Moves on by `count` bytes and returns where they start. */
  #pass(count: number): number {
    invariant(this.at + count <= this.#bytes.length, "a snapshot that is whole");
    this.at += count;
    return this.at - count;
  }
}
