/**
 * Vectors of 16-bit floating-point numbers under one power of two, which moves the largest number to where the format
 * has room: neither huge nor tiny vectors leave it. The message is the exponent, int16, then 2 bytes for each number,
 * little-endian.
 *
 * @module
 */
import type { Target } from "./codec.ts";
import { lengthDefect } from "./length-defect.ts";
import { exponentDefect, exponentOf, powerOfTwo } from "./exponent.ts";

/** A 16-bit format. */
export interface HalfFormat {
  /** The largest number of a message is moved into [2^top, 2^(top + 1)). */
  readonly top: number;
  /** The magnitude 2^(top + 1) in this format: nothing larger is sent. */
  readonly largest: number;
  /** The nearest number of the format to that of the float32 bits, ties to even; its magnitude is at most 2^(top + 1). */
  readonly fromFloatBits: (bits: number) => number;
  /** The number that 16 bits with a magnitude of at most `largest` stand for. */
  readonly valueOf: (bits: number) => number;
}

/** The bytes of the power of two in front of a message. */
export const EXPONENT_BYTES = 2;
const BYTES_PER_NUMBER = 2;

/** A finite vector as a message. */
export function encodeHalves(x: Float32Array, { top, fromFloatBits }: HalfFormat): Uint8Array {
  const message = new Uint8Array(EXPONENT_BYTES + BYTES_PER_NUMBER * x.length);
  const view = new DataView(message.buffer);
  const exponent = exponentOf(x) - top;
  const factor = powerOfTwo(-exponent);
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  view.setInt16(0, exponent, true);
  for (let i = 0; i < x.length; i++) {
    float[0] = (x[i] ?? 0) * factor;
    view.setUint16(EXPONENT_BYTES + BYTES_PER_NUMBER * i, fromFloatBits(bits[0] ?? 0), true);
  }
  return message;
}

/** Why a message is not one of `length` numbers, in words, or null. */
export function halvesDefect(payload: Uint8Array, length: number, { top, largest }: HalfFormat): string | null {
  const framing = lengthDefect(payload, EXPONENT_BYTES + BYTES_PER_NUMBER * length);
  if (framing !== null) return framing;
  const view = viewOf(payload);
  const range = exponentDefect(view.getInt16(0, true) + top);
  if (range !== null) return range;
  for (let i = 0; i < length; i++) {
    const magnitude = view.getUint16(EXPONENT_BYTES + BYTES_PER_NUMBER * i, true) & 0x7fff;
    if (magnitude > largest) return `number ${i} of the update is larger than its exponent says`;
  }
  return null;
}

/** Adds a message without defect to a sum. */
export function accumulateHalves(
  payload: Uint8Array,
  { sum, weight }: Pick<Target, "sum" | "weight">,
  { valueOf }: HalfFormat,
): void {
  const view = viewOf(payload);
  const factor = weight * powerOfTwo(view.getInt16(0, true));
  for (let i = 0; i < sum.length; i++) {
    sum[i] = (sum[i] ?? 0) + factor * valueOf(view.getUint16(EXPONENT_BYTES + BYTES_PER_NUMBER * i, true));
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
