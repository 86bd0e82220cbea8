/**
 * Messages of sums: float32 numbers, and behind them a byte that says which power of two they count, 0 unless float32 has no
 * room for a sum of numbers that it has room for.
 *
 * @module
 */
import { BYTES_PER_FLOAT, floatsIn } from "../params/floats-in.ts";
import { binaryExponent, powerOfTwo } from "./exponent.ts";
import { lengthDefect } from "./length-defect.ts";
import type { Spending } from "./spending.ts";

/** Numbers below 2^127 stay below the largest of float32 however they are rounded. */
const ROOMY_EXPONENT = 126;
/** Sums of up to 2^40 numbers need no more. */
const LARGEST_SHIFT = 42;

/** What a message of sums says: numbers, and what all of them are multiplied with. */
interface Sums {
  readonly numbers: Float32Array;
  readonly factor: number;
}

/** The message that says `sums`, rounded to float32. */
export function writeSums(sums: Float64Array): Uint8Array {
  const largest = sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0);
  const shift = Math.max(0, binaryExponent(largest) - ROOMY_EXPONENT);
  const factor = powerOfTwo(-shift);
  const message = new Uint8Array(BYTES_PER_FLOAT * sums.length + 1);
  new Float32Array(message.buffer, 0, sums.length).set(sums.map((sum) => sum * factor));
  message[message.length - 1] = shift;
  return message;
}

/** What the bytes of a message of sums are for. */
export function sumsSpent({ byteLength }: Uint8Array): Spending {
  return { scales: 1, numbers: byteLength - 1 };
}

/** Why `payload` is not a message of `count` finite sums, in words; null when it is one. */
export function sumsDefect(payload: Uint8Array, count: number): string | null {
  const framing = lengthDefect(payload, BYTES_PER_FLOAT * count + 1);
  if (framing !== null) return framing;
  const [shift = 0] = payload.subarray(-1);
  if (shift > LARGEST_SHIFT) return `the update counts 2^${shift}, expected at most 2^${LARGEST_SHIFT}`;
  const isFinite = floatsIn(payload.subarray(0, -1)).every(Number.isFinite);
  return isFinite ? null : "the update holds numbers that are not finite";
}

/** What a message without defect says. */
export function readSums(payload: Uint8Array): Sums {
  const [shift = 0] = payload.subarray(-1);
  return { numbers: floatsIn(payload.subarray(0, -1)), factor: powerOfTwo(shift) };
}
