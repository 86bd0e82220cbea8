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
  /** The number that any 16 bits stand for, by them. */
  readonly values: () => Float32Array;
}

/** The numbers of a format by their bits, made when they are first asked for: looking one up takes half as long as making it. */
export function valuesBy(valueOf: (bits: number) => number): HalfFormat["values"] {
  let values: Float32Array | null = null;
  return () => (values ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => valueOf(bits)));
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
  const numbers = numbersIn(payload);
  for (let i = 0; i < length; i++) {
    const magnitude = (numbers[i] as number) & 0x7fff;
    if (magnitude > largest) return `number ${i} of the update is larger than its exponent says`;
  }
  return null;
}

/** Adds a message without defect to a sum. */
export function accumulateHalves(
  payload: Uint8Array,
  { sum, weight }: Pick<Target, "sum" | "weight">,
  format: HalfFormat,
): void {
  const factor = weight * powerOfTwo(viewOf(payload).getInt16(0, true));
  const numbers = numbersIn(payload);
  const values = format.values();
  for (let i = 0; i < sum.length; i++) {
    sum[i] = (sum[i] as number) + factor * (values[numbers[i] as number] as number);
  }
}

/** The numbers behind the exponent, 16 bits each: a view where the bytes are aligned, else a copy. (`slice` of Node's buffers would not copy.) */
function numbersIn(payload: Uint8Array): Uint16Array {
  const { buffer, byteOffset, byteLength } =
    payload.byteOffset % BYTES_PER_NUMBER === 0 ? payload : new Uint8Array(payload);
  return new Uint16Array(buffer, byteOffset + EXPONENT_BYTES, (byteLength - EXPONENT_BYTES) / BYTES_PER_NUMBER);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
