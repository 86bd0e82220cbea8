/**
 * Buckets: a vector cut into stretches of equal length, the last of which may be shorter, each with a scale of its own in
 * front of the message, float32, little-endian. And stochastic rounding, which is how numbers between the levels of a scale are sent.
 *
 * @module
 */
import { type Key, wordStream } from "../base/key.ts";
import { floatsIn } from "../params/floats-in.ts";
import type { NumberOption } from "../part/options.ts";

/** How long a bucket is. */
export const bucketOption: NumberOption = {
  kind: "number",
  integer: true,
  minimum: 1,
  maximum: 2 ** 20,
  default: 512,
  about: "B: so many numbers share a scale",
};

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
  const scales = scalesOf(message, buckets);
  for (let i = 0, bucket = 0; bucket < buckets; bucket++) {
    const end = Math.min(i + size, x.length);
    let largest = 0;
    for (; i < end; i++) largest = Math.max(largest, Math.abs(x[i] ?? 0));
    scales[bucket] = largest;
  }
  return message;
}

/** The scales of a message: a view where its bytes are aligned, as those of a new message are, else a copy. */
export function scalesOf(message: Uint8Array, buckets: number): Float32Array {
  return floatsIn(message.subarray(0, scaleBytes(buckets)));
}

/** What is wrong with the scales of a message that is long enough for them, in words; null when nothing is. */
export function scaleDefect(message: Uint8Array, buckets: number): string | null {
  const scales = scalesOf(message, buckets);
  if (!scales.every(Number.isFinite)) return "the update holds numbers that are not finite";
  const wrong = scales.findIndex((scale) => scale < 0);
  return wrong < 0 ? null : `bucket ${wrong} of the update has the scale ${scales[wrong] ?? 0}, expected one ≥ 0`;
}

/**
 * Rounds numbers ≥ 0 to one of the whole numbers around them, the nearer the likelier: E = t to 2^−32. One word of
 * the key is drawn for each.
 */
export function stochasticRounding(key: Key): (t: number) => number {
  const word = wordStream(key);
  return (t) => {
    const below = Math.floor(t);
    return word() < (t - below) * 2 ** 32 ? below + 1 : below;
  };
}
