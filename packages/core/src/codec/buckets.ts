/**
 * Buckets: a vector cut into stretches of equal length, the last of which may be shorter, each with a scale of its own in
 * front of the message, float32, little-endian.
 *
 * @module
 */
import { BYTES_PER_FLOAT, floatsIn } from "../params/floats-in.ts";
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

/** How many buckets of `size` hold `length` numbers. */
export function bucketCount(length: number, size: number): number {
  return Math.ceil(length / size);
}

/** The bytes that the scales of so many buckets take. */
export function scaleBytes(buckets: number): number {
  return BYTES_PER_FLOAT * buckets;
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
