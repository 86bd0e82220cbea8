/**
 * The k numbers of largest magnitude of a difference, exactly, in one pass over it.
 *
 * Candidates are kept in the order of their places. When there are more than about 2k, all but the k largest are dropped, and from then on only what is
 * larger than the least of those becomes one: what is equal stands behind them. So memory is in proportion to k, and the difference is nowhere as a whole.
 *
 * @module
 */
import type { Difference } from "../params/quantise.ts";
import { MAGNITUDE_BITS } from "../params/select.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import type { Chosen } from "./codec.ts";

/** So many numbers are looked at before candidates are sorted out, if there are too many. */
const STRETCH = 8192;
/** Candidates beyond 2k: with few of them, they would be sorted out all the time. */
const SPARE = 2 * STRETCH;

/** Candidates, what they are, and the same as bits. */
interface Candidates {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  readonly bits: Uint32Array;
}

/**
 * The `count` largest magnitudes, of equal ones those in front; null where a number is not finite. Of those only that are larger than the magnitude with the
 * bits `above`, where that is given: there may be fewer.
 */
export function largest(
  difference: Difference,
  count: number,
  kernels: VectorKernels,
  above: number = -1,
): Chosen | null {
  const { length } = difference.trained;
  const candidates = roomFor(Math.min(length, 2 * count + SPARE));
  const { indices, values } = candidates;
  let [found, least] = [0, above];
  for (let from = 0; from < length; from += STRETCH) {
    const to = Math.min(from + STRETCH, length);
    if (found + to - from > indices.length) {
      least = keepLargest(candidates, found, count);
      found = count;
    }
    const into = { indices: indices.subarray(found), values: values.subarray(found) };
    const more = kernels.select(difference, { from, to, above: least }, into);
    if (more === null) return null;
    found += more;
  }
  if (found > count) keepLargest(candidates, found, count);
  const kept = Math.min(found, count);
  return { indices: indices.slice(0, kept), values: values.slice(0, kept) };
}

function roomFor(count: number): Candidates {
  const values = new Float32Array(count);
  return { indices: new Uint32Array(count), values, bits: new Uint32Array(values.buffer) };
}

/** How many bits a magnitude has. */
const WIDTH = 31;
/** The lowest bits of the digits of a magnitude, the first digit first: each digit has a histogram. */
const DIGITS = [20, 10, 0] as const;

/** Moves the `count` largest of the first `found` candidates to the front; the bits of the least magnitude of them. */
function keepLargest({ indices, values, bits }: Candidates, found: number, count: number): number {
  const { threshold, above } = thresholdOf(bits.subarray(0, found), count);
  let [kept, ties] = [0, count - above];
  for (let at = 0; at < found; at++) {
    const magnitude = (bits[at] as number) & MAGNITUDE_BITS;
    if (magnitude < threshold || (magnitude === threshold && ties === 0)) continue;
    if (magnitude === threshold) ties -= 1;
    indices[kept] = indices[at] as number;
    values[kept] = values[at] as number;
    kept += 1;
  }
  return threshold;
}

/** What the least of the `count` largest magnitudes is, as bits, and how many are above it: digit by digit. */
function thresholdOf(bits: Uint32Array, count: number): { readonly threshold: number; readonly above: number } {
  let [threshold, above, known] = [0, 0, WIDTH];
  for (const lowest of DIGITS) {
    const histogram = new Uint32Array(1 << (known - lowest));
    const digits = histogram.length - 1;
    for (let at = 0; at < bits.length; at++) {
      const magnitude = (bits[at] as number) & MAGNITUDE_BITS;
      if (magnitude >>> known !== threshold) continue;
      const digit = (magnitude >>> lowest) & digits;
      histogram[digit] = (histogram[digit] as number) + 1;
    }
    const found = lastCounted(histogram, count - above);
    threshold = threshold * histogram.length + found.place;
    above += found.above;
    known = lowest;
  }
  return { threshold, above };
}

/** The place in which number `count` from the top is counted, and how many are counted above it. */
function lastCounted(histogram: Uint32Array, count: number): { readonly place: number; readonly above: number } {
  let above = 0;
  let place = histogram.length - 1;
  for (; place > 0 && above + (histogram[place] ?? 0) < count; place--) above += histogram[place] ?? 0;
  return { place, above };
}
