/**
 * Stochastic rounding of a vector to levels: what is quantised, to what, and the plain form of the loop.
 *
 * The vector is cut into buckets of B numbers, the last of which may be shorter. With m the largest magnitude of a bucket and s levels on
 * either side of 0, a number becomes the code
 *
 *     c_i = s + sign(x_i) · ξ_i,   ξ_i = ⌊t⌋ + [w < 2^32 (t − ⌊t⌋)],   t = min(s, |x_i| · (s / m))
 *
 * in float64. w is the next word of the stream under a key. Where m is 0, codes are s and no word is drawn.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";
import { drawWords, type Key } from "../base/key.ts";

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
  const { length } = difference.trained;
  const { bucket, levels, key } = rounding;
  const { scales, codes } = into;
  const whole = roomFor(Math.min(bucket, length));
  const scaleBits = new Int32Array(scales.buffer, scales.byteOffset, scales.length);
  for (let at = 0, from = 0, drawn = 0; from < length; at++, from += bucket) {
    const stretch = length - from < whole.x.length ? firstOf(whole, length - from) : whole;
    subtract(difference, from, stretch.x);
    scaleBits[at] = largestMagnitudeBits(stretch.bits);
    const scale = scales[at] as number;
    if (scale === 0) codes.fill(levels, from, from + stretch.x.length);
    else {
      drawWords(key, drawn, stretch.words);
      drawn += stretch.words.length;
      round(stretch, { levels, scale }, codes, from);
    }
  }
  return scales.every(Number.isFinite);
};

/** The numbers of a bucket, their bits in the same memory, and a word for each. */
interface Stretch {
  readonly x: Float32Array;
  readonly bits: Int32Array;
  readonly words: Uint32Array;
}

function roomFor(count: number): Stretch {
  const x = new Float32Array(count);
  return { x, bits: new Int32Array(x.buffer), words: new Uint32Array(count) };
}

function firstOf({ x, bits, words }: Stretch, count: number): Stretch {
  return { x: x.subarray(0, count), bits: bits.subarray(0, count), words: words.subarray(0, count) };
}

/** x ← numbers `from` and on of a difference. */
function subtract({ trained, anchor }: Difference, from: number, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) {
    x[i] = (trained[from + i] as number) - (anchor === null ? 0 : (anchor[from + i] as number));
  }
}

/** The bits of a number without its sign. As whole numbers they are in the order of magnitudes, and what is no number is above all. */
const MAGNITUDE = 0x7fffffff;

function largestMagnitudeBits(bits: Int32Array): number {
  let largest = 0;
  for (let i = 0; i < bits.length; i++) {
    const magnitude = (bits[i] as number) & MAGNITUDE;
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/**
 * The codes of a bucket, from `from` on. ⌈t − w / 2^32⌉ is ⌊t⌋ + 1 exactly when w / 2^32 < t − ⌊t⌋, and has no branch that chance decides: the
 * difference is exact wherever it matters, since both are multiples of the unit in the last place of t.
 */
function round(
  { x, bits, words }: Stretch,
  { levels, scale }: { readonly levels: number; readonly scale: number },
  codes: Quantised["codes"],
  from: number,
): void {
  const factor = levels / scale;
  for (let i = 0; i < x.length; i++) {
    const t = Math.min(levels, Math.abs(x[i] as number) * factor);
    const level = Math.ceil(t - (words[i] as number) / TWO_TO_32);
    const sign = (bits[i] as number) >> 31;
    codes[from + i] = levels + ((level ^ sign) - sign);
  }
}
