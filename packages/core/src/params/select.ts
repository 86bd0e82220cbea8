/**
 * The numbers of a difference that are larger than some magnitude: the plain form of the loop.
 *
 * Magnitudes are compared as whole numbers: the bits of a float32 without its sign are in the order of magnitudes, and those of what is no finite number
 * are above all others.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";
import type { Difference } from "./quantise.ts";

/** The bits of a magnitude. */
export const MAGNITUDE_BITS = 0x7fffffff;
/** The bits of the largest finite float32. */
export const LARGEST_MAGNITUDE = 0x7f7fffff;

/** Which numbers of a difference are looked at, and above which magnitude they are wanted. */
export interface Sought {
  readonly from: number;
  readonly to: number;
  /** The bits of a magnitude, of a finite number; −1 for all numbers. */
  readonly above: number;
}

/** Where numbers go that were found. There is room for all that are looked at. */
export interface Found {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/**
 * Writes the numbers among `from` to `to` whose magnitude is larger than `above`, in order, with their places in the whole, and gives their count; null where one
 * of them is not finite, and then what is written means nothing.
 */
export type Select = (difference: Difference, sought: Sought, into: Found) => number | null;

/** Throws unless what is sought is there, and what is found has room. */
export function assertSought({ trained, anchor }: Difference, { from, to, above }: Sought, into: Found): void {
  invariant(anchor === null || anchor.length === trained.length, "an anchor as long as what was trained");
  invariant(from >= 0 && from <= to && to <= trained.length, `a stretch of ${trained.length}, got ${from} to ${to}`);
  invariant(above >= -1 && above <= LARGEST_MAGNITUDE, `the bits of a magnitude or -1, got ${above}`);
  const room = Math.min(into.indices.length, into.values.length);
  invariant(room >= to - from, `room for ${to - from} numbers, got ${room}`);
}

/** The loop in plain TypeScript. */
export const plainSelect: Select = (difference, sought, into) => {
  assertSought(difference, sought, into);
  const { trained, anchor } = difference;
  const { from, to, above } = sought;
  const { indices, values } = into;
  const least = above < 0 ? -1 : magnitudeOf(above);
  const most = magnitudeOf(LARGEST_MAGNITUDE);
  let found = 0;
  for (let i = from; i < to; i++) {
    const value = Math.fround((trained[i] as number) - (anchor === null ? 0 : (anchor[i] as number)));
    const magnitude = Math.abs(value);
    if (magnitude <= least) continue;
    if (!(magnitude <= most)) return null;
    indices[found] = i;
    values[found] = value;
    found += 1;
  }
  return found;
};

/** The magnitude that has these bits. */
function magnitudeOf(bits: number): number {
  const [value = 0] = new Float32Array(Uint32Array.of(bits).buffer);
  return value;
}
