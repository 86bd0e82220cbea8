/**
 * About the k numbers of largest magnitude of a difference, by a threshold that a sample of it says.
 *
 *     λ: magnitude ⌈k s / d⌉ from the top among s numbers that are drawn with the key
 *     sent: all of at least λ;  of more than k, the k largest;  with fewer than ⌈0.8 k⌉, the k largest of all
 *
 * Whatever is drawn, no number that is left out is larger than one that is sent, and at least ⌈0.8 k⌉ are sent. The sample is so large that about 100 of it are
 * above λ: how many numbers are above it is then right to a tenth (one standard deviation), and the last case rare.
 *
 * Lin, Han, Mao, Wang, Dally, "Deep gradient compression: reducing the communication bandwidth for distributed training", ICLR 2018.
 * https://arxiv.org/abs/1712.01887
 *
 * Differs: the paper samples 0.1 to 1% whatever the ratio; its code, where fewer are found than 0.8 k, lowers λ by a fifth and looks again, up to ten times, and of up to
 * 1.3 k takes those in front. To choose exactly costs no more than to look again.
 *
 * @module
 */
import { integerStream } from "../base/draws.ts";
import type { Key } from "../base/key.ts";
import type { Difference } from "../params/quantise.ts";
import { MAGNITUDE_BITS } from "../params/select.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import type { Chosen } from "./codec.ts";
import { largest } from "./largest.ts";

/** So many of the sample are to be above the threshold. */
const ABOVE_IN_SAMPLE = 100;
/** A sample of more than this share of all numbers saves nothing. */
const LARGEST_SHARE = 0.25;
/** The least share of k that is sent. */
const LEAST_SENT = 0.8;

/** The fewest that are sent where `count` are asked for: at least one of one. */
export function leastSampled(count: number): number {
  return Math.ceil(LEAST_SENT * count);
}

/** Between {@link leastSampled} and `count` of the largest magnitudes, none larger left out; null where a number is not finite. */
export function sampledLargest(difference: Difference, count: number, key: Key, kernels: VectorKernels): Chosen | null {
  const { length } = difference.trained;
  const size = Math.ceil((ABOVE_IN_SAMPLE * length) / Math.max(1, count));
  if (size > LARGEST_SHARE * length) return largest(difference, count, kernels);
  const drawn = sampleOf(difference, size, key);
  const top = largest({ trained: drawn, anchor: null }, Math.ceil((count * drawn.length) / length), kernels);
  if (top === null) return null;
  // Where the threshold is 0, this is above −1: all numbers.
  const chosen = largest(difference, count, kernels, leastBits(top.values) - 1);
  if (chosen === null || chosen.indices.length >= leastSampled(count)) return chosen;
  return largest(difference, count, kernels);
}

/** The bits of the least magnitude of some numbers. */
function leastBits(values: Float32Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return bits.reduce((least, own) => Math.min(least, own & MAGNITUDE_BITS), MAGNITUDE_BITS);
}

/** One number of each of about `size` stretches of equal length, drawn from it. */
function sampleOf({ trained, anchor }: Difference, size: number, key: Key): Float32Array {
  const stretch = Math.ceil(trained.length / size);
  const below = integerStream(key);
  const sample = new Float32Array(Math.floor(trained.length / stretch));
  for (let at = 0; at < sample.length; at++) {
    const place = at * stretch + below(stretch);
    sample[at] = (trained[place] as number) - (anchor === null ? 0 : (anchor[place] as number));
  }
  return sample;
}
