/**
 * Stochastic rounding to levels, as `params/quantise.ts` of `@potluck/core` says it, on a workbench:
 *
 *     block 0    the numbers
 *     block 1    what is taken away from them, then the scale of each bucket, float32
 *     block 2    random words, of which there may be more than a block has room for
 *     block 3    its second half: the codes, a byte each, and a few bytes to spare
 *
 * The last bit counts here, too: every number is rounded by the word that is its own.
 *
 * @module
 */
import { blockLength, blocksOffset, codesOffset } from "../src/layout";

const blockBytes = 4 * blockLength;
const MAGNITUDE = 0x7fffffff;

/** Block 0 ← block 0 − block 1. */
export function subtract(workbench: usize, count: usize): void {
  const x = workbench + blocksOffset;
  difference(x, x + (count << 2));
}

/** Numbers from x to `end` ← themselves less those a block behind. */
function difference(x: usize, end: usize): void {
  for (; x + 16 <= end; x += 16) v128.store(x, f32x4.sub(v128.load(x), v128.load(x, blockBytes)));
  for (; x < end; x += 4) store<f32>(x, load<f32>(x) - load<f32>(x, blockBytes));
}

/** Block 1 ← the largest magnitude of each bucket of block 0, from which block 1 is taken away before where it `differs`. */
export function magnitudes(workbench: usize, count: usize, bucket: usize, differs: bool): void {
  let x = workbench + blocksOffset;
  let scale = x + blockBytes;
  const end = x + (count << 2);
  // The scale of a bucket lies no further on than the bucket: what it is written over has been taken away.
  for (; x < end; scale += 4) {
    const until = min(x + (bucket << 2), end);
    if (differs) difference(x, until);
    store<i32>(scale, largestBits(x, until));
    x = until;
  }
}

/** The bits of the largest magnitude. As whole numbers they are in the same order, and what is no number is above all. */
function largestBits(x: usize, end: usize): i32 {
  const mask = i32x4.splat(MAGNITUDE);
  let four = i32x4.splat(0);
  for (; x + 16 <= end; x += 16) four = i32x4.max_s(four, v128.and(mask, v128.load(x)));
  let most = max(
    max(i32x4.extract_lane(four, 0), i32x4.extract_lane(four, 1)),
    max(i32x4.extract_lane(four, 2), i32x4.extract_lane(four, 3)),
  );
  for (; x < end; x += 4) most = max(most, load<i32>(x) & MAGNITUDE);
  return most;
}

/**
 * The codes of block 0 by the scales of block 1, with the words under the key (k0, k1) from word 2 · `counter` + `odd` on; how many
 * words that took.
 */
export function quantise(
  workbench: usize,
  count: usize,
  bucket: usize,
  levels: i32,
  k0: i32,
  k1: i32,
  counter: i32,
  odd: usize,
): usize {
  let x = workbench + blocksOffset;
  let scale = x + blockBytes;
  let word = x + 2 * blockBytes;
  let code = workbench + codesOffset;
  draw(word, word + ((odd + count) << 2), k0, k1, counter);
  word += odd << 2;
  const first = word;
  const end = x + (count << 2);
  for (; x < end; scale += 4) {
    const size = min(bucket, (end - x) >> 2);
    const largest = <f64>load<f32>(scale);
    if (largest == 0) memory.fill(code, <u8>levels, size);
    else {
      round(code, x, word, size, largest, levels);
      word += size << 2;
    }
    x += size << 2;
    code += size;
  }
  return (word - first) >> 2;
}

/** 2^20 + w / 2^32 has the word w as the lower half of its bits, and this as the upper half. */
const HIGH_BITS_OF_2_TO_20 = 0x41300000;
const TWO_TO_20: f64 = 1048576;
/** 2^52 + n has the whole number n as the lower half of its bits. */
const TWO_TO_52: f64 = 4503599627370496;

/** The codes of a bucket, eight at a time: the last eight may be partly of what lies behind it, and are written over or left. */
function round(code: usize, x: usize, word: usize, count: usize, scale: f64, levels: i32): void {
  const end = x + (count << 2);
  const zero = i32x4.splat(levels);
  const factor = f64x2.splat(<f64>levels / scale);
  const most = f64x2.splat(<f64>levels);
  for (; x < end; x += 32, word += 32, code += 8) {
    const first = four(x, word, factor, most, zero);
    const second = four(x + 16, word + 16, factor, most, zero);
    const halves = i16x8.narrow_i32x4_s(first, second);
    v128.store64_lane(code, i8x16.narrow_i16x8_u(halves, halves), 0);
  }
}

/** The codes of four numbers. */
function four(x: usize, word: usize, factor: v128, most: v128, zero: v128): v128 {
  const upper = i32x4.splat(HIGH_BITS_OF_2_TO_20);
  const words = v128.load(word);
  const low = level(v128.load64_zero(x), v128.shuffle<i32>(words, upper, 0, 4, 1, 5), factor, most);
  const high = level(v128.load64_zero(x, 8), v128.shuffle<i32>(words, upper, 2, 6, 3, 7), factor, most);
  const levels = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
  const sign = i32x4.shr_s(v128.load(x), 31);
  return i32x4.add(zero, i32x4.sub(v128.xor(levels, sign), sign));
}

/**
 * ⌈t − w / 2^32⌉ with t = min(s, |x| · (s / scale)), which is ⌊t⌋ + 1 exactly when w / 2^32 < t − ⌊t⌋: two of them, each in the lower half of its
 * lane. The difference is exact wherever it decides: both are multiples of the unit in the last place of t.
 */
function level(x: v128, words: v128, factor: v128, most: v128): v128 {
  const t = f64x2.pmin(most, f64x2.mul(factor, f64x2.abs(f64x2.promote_low_f32x4(x))));
  const share = f64x2.sub(words, f64x2.splat(TWO_TO_20));
  return f64x2.add(f64x2.ceil(f64x2.sub(t, share)), f64x2.splat(TWO_TO_52));
}

/** The constants of Threefry-2x32, and the first word of the counters of a stream: see `base/threefry.ts` and `base/key.ts`. */
const KEY_PARITY = 0x1bd11bda;
const STREAM = 0xc0000000;

/** Writes the two words of each counter from `counter` on, four counters at a time, until `end` is reached or passed. */
function draw(words: usize, end: usize, k0: i32, k1: i32, counter: i32): void {
  const k2 = k0 ^ k1 ^ KEY_PARITY;
  // Whatever is the same for all counters is here once: the compilers leave in a loop what stands in it.
  const a = i32x4.splat(k0);
  const b = i32x4.splat(k1);
  const c = i32x4.splat(k2);
  const c1 = i32x4.splat(k2 + 1);
  const a2 = i32x4.splat(k0 + 2);
  const b3 = i32x4.splat(k1 + 3);
  const c4 = i32x4.splat(k2 + 4);
  const a5 = i32x4.splat(k0 + 5);
  const first = i32x4.splat(STREAM + k0);
  const step = i32x4.splat(4);
  let second = i32x4.add(i32x4.splat(counter + k1), i32x4(0, 1, 2, 3));
  for (; words < end; words += 32) {
    let x = first;
    let y = second;
    x = i32x4.add(x, y);
    y = turned(y, 13, x);
    x = i32x4.add(x, y);
    y = turned(y, 15, x);
    x = i32x4.add(x, y);
    y = turned(y, 26, x);
    x = i32x4.add(x, y);
    y = turned(y, 6, x);
    x = i32x4.add(x, b);
    y = i32x4.add(y, c1);
    x = i32x4.add(x, y);
    y = turned(y, 17, x);
    x = i32x4.add(x, y);
    y = turned(y, 29, x);
    x = i32x4.add(x, y);
    y = v128.xor(v128.shuffle<i8>(y, y, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13), x);
    x = i32x4.add(x, y);
    y = v128.xor(v128.shuffle<i8>(y, y, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12), x);
    x = i32x4.add(x, c);
    y = i32x4.add(y, a2);
    x = i32x4.add(x, y);
    y = turned(y, 13, x);
    x = i32x4.add(x, y);
    y = turned(y, 15, x);
    x = i32x4.add(x, y);
    y = turned(y, 26, x);
    x = i32x4.add(x, y);
    y = turned(y, 6, x);
    x = i32x4.add(x, a);
    y = i32x4.add(y, b3);
    x = i32x4.add(x, y);
    y = turned(y, 17, x);
    x = i32x4.add(x, y);
    y = turned(y, 29, x);
    x = i32x4.add(x, y);
    y = v128.xor(v128.shuffle<i8>(y, y, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13), x);
    x = i32x4.add(x, y);
    y = v128.xor(v128.shuffle<i8>(y, y, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12), x);
    x = i32x4.add(x, b);
    y = i32x4.add(y, c4);
    x = i32x4.add(x, y);
    y = turned(y, 13, x);
    x = i32x4.add(x, y);
    y = turned(y, 15, x);
    x = i32x4.add(x, y);
    y = turned(y, 26, x);
    x = i32x4.add(x, y);
    y = turned(y, 6, x);
    x = i32x4.add(x, c);
    y = i32x4.add(y, a5);
    v128.store(words, v128.shuffle<i32>(x, y, 0, 4, 1, 5));
    v128.store(words, v128.shuffle<i32>(x, y, 2, 6, 3, 7), 16);
    second = i32x4.add(second, step);
  }
}

/** y, its bits turned, with x mixed in: the second half of a round. */
function turned(y: v128, bits: i32, x: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(y, bits), i32x4.shr_u(y, 32 - bits)), x);
}
