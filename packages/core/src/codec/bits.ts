/**
 * Whole numbers of a few bits each, one after another, lowest bit first.
 *
 * @module
 */
import type { Narrow } from "../params/packing.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";

/** The bytes that `count` numbers of `width` bits take. */
export function packedBytes(count: number, width: number): number {
  return Math.ceil((count * width) / 8);
}

/** Writes number `at` of `width` bits, 1 to 16, into bytes that were 0. */
export function writePacked(bytes: Uint8Array, at: number, width: number, value: number): void {
  const bit = at * width;
  const byte = Math.floor(bit / 8);
  const shifted = value << (bit % 8);
  bytes[byte] = (bytes[byte] ?? 0) | shifted;
  if (shifted > 0xff) bytes[byte + 1] = (bytes[byte + 1] ?? 0) | (shifted >>> 8);
  if (shifted > 0xffff) bytes[byte + 2] = (bytes[byte + 2] ?? 0) | (shifted >>> 16);
}

/** Number `at` of `width` bits, 1 to 16. */
export function readPacked(bytes: Uint8Array, at: number, width: number): number {
  const bit = at * width;
  const byte = Math.floor(bit / 8);
  const three = (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16);
  return (three >>> (bit % 8)) & ((1 << width) - 1);
}

/** The first `count` numbers of `width` bits, up to 16: the bytes themselves where they are those, and zeros where they have no bits. */
export function unpackAll(bytes: Uint8Array, count: number, width: number, kernels: VectorKernels): Narrow {
  if (width === 0) return new Uint8Array(count);
  if (width === 8) return bytes.subarray(0, count);
  const numbers = width < 8 ? new Uint8Array(count) : new Uint16Array(count);
  kernels.unpack(bytes, width, numbers);
  return numbers;
}

/** Whether the bits behind the last of `count` numbers of `width` bits are 0. */
export function isPaddedWithZeros(bytes: Uint8Array, count: number, width: number): boolean {
  const used = (count * width) % 8;
  return used === 0 || (bytes.at(-1) ?? 0) >>> used === 0;
}
