/**
 * Records as bytes: a JSON document, and blocks of bytes behind it.
 *
 * @module
 */

import { fieldsOf, jsonIn } from "./fields-of.ts";

/** A record. */
export interface Packed {
  readonly head: unknown;
  readonly blocks: readonly Uint8Array[];
}

const HEAD_BYTES = 4;

/** The record as bytes: how long the document is (32 bits, little-endian), it, and the blocks. */
export function packed({ head, blocks }: Packed): Uint8Array<ArrayBuffer> {
  const document = new TextEncoder().encode(JSON.stringify({ head, lengths: blocks.map(({ length }) => length) }));
  const parts = [document, ...blocks];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, HEAD_BYTES));
  new DataView(bytes.buffer).setUint32(0, document.length, true);
  let at = HEAD_BYTES;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The record in bytes; null where they are none. */
export function unpacked(bytes: Uint8Array): Packed | null {
  if (bytes.length < HEAD_BYTES) return null;
  const end = HEAD_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { head, lengths } = fieldsOf(jsonIn(new TextDecoder().decode(bytes.subarray(HEAD_BYTES, end))));
  if (head === undefined || !Array.isArray(lengths)) return null;
  const blocks: Uint8Array[] = [];
  let at = end;
  for (const length of lengths) {
    if (typeof length !== "number") return null;
    blocks.push(bytes.slice(at, at + length));
    at += length;
  }
  return at === bytes.length ? { head, blocks } : null;
}
