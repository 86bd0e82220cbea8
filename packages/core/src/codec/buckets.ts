/**
 * Buckets: a vector cut into stretches of equal length, the last of which may be shorter, each with a scale of its own in
 * front of the message, float32, little-endian. And stochastic rounding, which is how numbers between the levels of a scale are sent.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";
import { type Key, wordStream } from "../base/key.ts";

const BYTES_PER_SCALE = 4;

/** How many buckets of `size` hold `length` numbers. */
export function bucketCount(length: number, size: number): number {
  return Math.ceil(length / size);
}

/** The bytes that the scales of so many buckets take. */
export function scaleBytes(buckets: number): number {
  return BYTES_PER_SCALE * buckets;
}

/** A message with the largest magnitude of each bucket of `x` in front, and `more` bytes of 0 behind. */
export function withScales(x: Float32Array, size: number, more: number): Uint8Array {
  const buckets = bucketCount(x.length, size);
  const message = new Uint8Array(scaleBytes(buckets) + more);
  const view = new DataView(message.buffer);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = bucket * size;
    view.setFloat32(BYTES_PER_SCALE * bucket, largestMagnitude(x, from, Math.min(from + size, x.length)), true);
  }
  return message;
}

function largestMagnitude(x: Float32Array, from: number, to: number): number {
  let largest = 0;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(x[i] ?? 0));
  return largest;
}

/** The scale of a bucket in a message. */
export function scaleAt(message: Uint8Array, bucket: number): number {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  return view.getFloat32(BYTES_PER_SCALE * bucket, true);
}

/** What is wrong with the scales of a message that is long enough for them, in words; null when nothing is. */
export function scaleDefect(message: Uint8Array, buckets: number): string | null {
  for (let bucket = 0; bucket < buckets; bucket++) {
    const scale = scaleAt(message, bucket);
    if (!Number.isFinite(scale)) return "the update holds numbers that are not finite";
    if (scale < 0) return `bucket ${bucket} of the update has the scale ${scale}, expected one ≥ 0`;
  }
  return null;
}

/**
 * Rounds numbers ≥ 0 to one of the whole numbers around them, the nearer the likelier: E = t to 2^−32. One word of
 * the key is drawn for each.
 */
export function stochasticRounding(key: Key): (t: number) => number {
  const word = wordStream(key);
  return (t) => {
    invariant(t >= 0, `a number ≥ 0 to round, got ${t}`);
    const below = Math.floor(t);
    return word() < (t - below) * 2 ** 32 ? below + 1 : below;
  };
}
