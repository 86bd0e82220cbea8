/**
 * Whole numbers in as many bytes as they need: 7 bits of a number to a byte, the lowest first, and a top bit that says whether more
 * follow. The last byte is not 0 unless it is the only one, so that a number can be written in one way only.
 *
 * @module
 */

/** What the lowest bit of each byte stands for; five bytes have room for 32 bits. */
const PLACES = [1, 2 ** 7, 2 ** 14, 2 ** 21, 2 ** 28] as const;

/** The bytes that a whole number in [0, 2^32) takes. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes += 1;
  return bytes;
}

/** Writes a whole number in [0, 2^32) at `from`; returns where it ends. */
export function writeVarint(bytes: Uint8Array, from: number, value: number): number {
  let end = from;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) {
    bytes[end] = (rest & 0x7f) | 0x80;
    end += 1;
  }
  bytes[end] = rest;
  return end + 1;
}

/** The whole number at `from`, below 2^35, and where it ends; null where there is none, or where it is longer than it need be. */
export function readVarint(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (const [at, place] of PLACES.entries()) {
    const byte = bytes[from + at];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * place;
    if (byte < 0x80) return byte === 0 && at > 0 ? null : { value, end: from + at + 1 };
  }
  return null;
}
