/**
 * Stochastic rounding of a vector to levels: what is quantised, to what, and the plain form of the loop.
 *
 * The vector is cut into buckets of B numbers, the last of which may be shorter. With m the largest magnitude of a bucket and s levels on
 * either side of 0, a number becomes the code
 *
 *     c_i = s + sign(x_i) · ξ_i,   ξ_i = ⌊t⌋ + [w < 2^32 (t − ⌊t⌋)],   t = s |x_i| / m
 *
 * in float64. w is the next word of the stream under a key. Where m is 0, codes are s and no word is drawn.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";
import { type Key, wordStream } from "../base/key.ts";

/** What is quantised: trained − anchor, rounded to float32; `trained` itself where there is no anchor. */
export interface Difference {
  readonly trained: Float32Array;
  readonly anchor: Float32Array | null;
}

/** How it is quantised. */
export interface Rounding {
  /** B: so many numbers share a scale. */
  readonly bucket: number;
  /** s: levels on either side of 0, at most 127 where a code is a byte and 32,767 where it is two. */
  readonly levels: number;
  readonly key: Key;
}

/** Where it goes. */
export interface Quantised {
  /** m of each bucket. */
  readonly scales: Float32Array;
  /** For each number one. */
  readonly codes: Uint8Array | Uint16Array;
}

/** Quantises, and says whether all numbers were finite. Where one was not, what is written means nothing. */
export type Quantise = (difference: Difference, rounding: Rounding, into: Quantised) => boolean;

const TWO_TO_32 = 4294967296;

/** Throws unless there is a code for each number, a scale for each bucket, and an anchor of the same length or none. */
export function assertFits({ trained, anchor }: Difference, { bucket }: Rounding, { scales, codes }: Quantised): void {
  const { length } = trained;
  invariant(anchor === null || anchor.length === length, `an anchor of ${length} numbers, got ${anchor?.length}`);
  invariant(codes.length === length, `${length} codes, got ${codes.length}`);
  const buckets = Math.ceil(length / bucket);
  invariant(scales.length === buckets, `${buckets} scales, got ${scales.length}`);
}

/** The loop in plain TypeScript. */
export const plainQuantise: Quantise = (difference, rounding, into) => {
  assertFits(difference, rounding, into);
  const { trained, anchor } = difference;
  const { bucket, levels, key } = rounding;
  const { scales, codes } = into;
  const x = new Float32Array(Math.min(bucket, trained.length));
  const bits = new Uint32Array(x.buffer);
  const scaleBits = new Uint32Array(scales.buffer, scales.byteOffset, scales.length);
  const word = wordStream(key);
  for (let at = 0, from = 0; from < trained.length; at++, from += bucket) {
    const count = Math.min(bucket, trained.length - from);
    for (let i = 0; i < count; i++) {
      const start = anchor === null ? 0 : (anchor[from + i] as number);
      x[i] = (trained[from + i] as number) - start;
    }
    scaleBits[at] = largestMagnitudeBits(bits, count);
    const scale = scales[at] as number;
    if (scale === 0) {
      codes.fill(levels, from, from + count);
      continue;
    }
    for (let i = 0; i < count; i++) {
      const t = (levels * Math.abs(x[i] as number)) / scale;
      const below = Math.floor(t);
      const level = word() < (t - below) * TWO_TO_32 ? below + 1 : below;
      codes[from + i] = levels + ((x[i] as number) < 0 ? -level : level);
    }
  }
  return scales.every(Number.isFinite);
};

/** The bits of the largest of `count` magnitudes. As whole numbers bits are in the same order, and what is no number is above all. */
function largestMagnitudeBits(bits: Uint32Array, count: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const magnitude = (bits[i] as number) & 0x7fffffff;
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}
