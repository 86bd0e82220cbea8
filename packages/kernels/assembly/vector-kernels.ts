/**
 * The hot loops over vectors for the 128-bit registers of WebAssembly, in AssemblyScript. They work on a workbench
 * (`src/layout.ts`): four float64 numbers, then blocks of float32 elements. Sums are float64 and lie anywhere.
 *
 * The last bit counts: every loop does to each element what `plainKernels` of `@potluck/core` does, in the same
 * order. So there is no fused multiply-add here, and no sum is split further than the contract splits it.
 *
 * Trust: the caller has checked that all addresses and counts lie inside the memory.
 *
 * @module
 */
import { blockLength, blocksOffset } from "../src/layout";

export { pack, unpack } from "./packing";
export { magnitudes, quantise, subtract } from "./quantise";
export { select } from "./select";

/** Bytes from one block to the next. */
const blockBytes = 4 * blockLength;

/** sum ← sum + w0 · block 0 + w1 · block 1 + …, with the numbers of the workbench as weights of 1 to 4 `terms`. */
export function accumulate(sum: usize, workbench: usize, count: usize, terms: i32): void {
  const block = workbench + blocksOffset;
  if (terms == 4) return addFour(sum, block, workbench, count);
  if (terms & 2) addTwo(sum, block, workbench, count);
  if (terms & 1) addOne(sum, block + (terms & 2) * blockBytes, load<f64>(workbench + ((terms & 2) << 3)), count);
}

/** Block 0 ← block 0 + scale · block 1, rounded to float32 once per element; scale is the workbench's first number. */
export function axpy(workbench: usize, count: usize): void {
  let y = workbench + blocksOffset;
  let x = y + blockBytes;
  const scale = load<f64>(workbench);
  const a = f64x2.splat(scale);
  const whole = wholeEnd(x, count);
  const end = x + (count << 2);
  for (; x < whole; x += 16, y += 16) {
    const low = f64x2.add(wide(v128.load64_zero(y)), f64x2.mul(a, wide(v128.load64_zero(x))));
    const high = f64x2.add(wide(v128.load64_zero(y, 8)), f64x2.mul(a, wide(v128.load64_zero(x, 8))));
    v128.store64_lane(y, f32x4.demote_f64x2_zero(low), 0);
    v128.store64_lane(y, f32x4.demote_f64x2_zero(high), 0, 8);
  }
  for (; x < end; x += 4, y += 4) store<f32>(y, <f32>(<f64>load<f32>(y) + scale * load<f32>(x)));
}

/** Adds the squares of block 0 to the workbench's numbers: element i to number i mod 4. */
export function addSquares(workbench: usize, count: usize): void {
  let x = workbench + blocksOffset;
  let low = v128.load(workbench);
  let high = v128.load(workbench, 16);
  const whole = wholeEnd(x, count);
  const end = x + (count << 2);
  for (; x < whole; x += 16) {
    const a = wide(v128.load64_zero(x));
    const b = wide(v128.load64_zero(x, 8));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  v128.store(workbench, low);
  v128.store(workbench, high, 16);
  for (; x < end; x += 4, workbench += 8) {
    const value = <f64>load<f32>(x);
    store<f64>(workbench, load<f64>(workbench) + value * value);
  }
}

/** sum ← sum + weight · a */
function addOne(sum: usize, a: usize, weight: f64, count: usize): void {
  const w = f64x2.splat(weight);
  const whole = wholeEnd(a, count);
  const end = a + (count << 2);
  for (; a < whole; a += 16, sum += 32) {
    v128.store(sum, plus(v128.load(sum), w, v128.load64_zero(a)));
    v128.store(sum, plus(v128.load(sum, 16), w, v128.load64_zero(a, 8)), 16);
  }
  for (; a < end; a += 4, sum += 8) store<f64>(sum, load<f64>(sum) + weight * load<f32>(a));
}

/** sum ← (sum + w0 · a) + w1 · b, where b is the block after a. */
function addTwo(sum: usize, a: usize, weights: usize, count: usize): void {
  const w0 = v128.load64_splat(weights);
  const w1 = v128.load64_splat(weights, 8);
  const whole = wholeEnd(a, count);
  const end = a + (count << 2);
  for (; a < whole; a += 16, sum += 32) {
    v128.store(sum, plus(plus(v128.load(sum), w0, v128.load64_zero(a)), w1, v128.load64_zero(a, blockBytes)));
    v128.store(
      sum,
      plus(plus(v128.load(sum, 16), w0, v128.load64_zero(a, 8)), w1, v128.load64_zero(a, blockBytes + 8)),
      16,
    );
  }
  for (; a < end; a += 4, sum += 8) {
    const first = load<f64>(sum) + load<f64>(weights) * load<f32>(a);
    store<f64>(sum, first + load<f64>(weights, 8) * load<f32>(a + blockBytes));
  }
}

/** sum ← (((sum + w0 · a) + w1 · b) + w2 · c) + w3 · d, where b, c and d are the blocks after a. */
function addFour(sum: usize, a: usize, weights: usize, count: usize): void {
  const w0 = v128.load64_splat(weights);
  const w1 = v128.load64_splat(weights, 8);
  const w2 = v128.load64_splat(weights, 16);
  const w3 = v128.load64_splat(weights, 24);
  const whole = wholeEnd(a, count);
  for (; a < whole; a += 16, sum += 32) {
    let low = plus(v128.load(sum), w0, v128.load64_zero(a));
    let high = plus(v128.load(sum, 16), w0, v128.load64_zero(a, 8));
    low = plus(low, w1, v128.load64_zero(a, blockBytes));
    high = plus(high, w1, v128.load64_zero(a, blockBytes + 8));
    low = plus(low, w2, v128.load64_zero(a, 2 * blockBytes));
    high = plus(high, w2, v128.load64_zero(a, 2 * blockBytes + 8));
    v128.store(sum, plus(low, w3, v128.load64_zero(a, 3 * blockBytes)));
    v128.store(sum, plus(high, w3, v128.load64_zero(a, 3 * blockBytes + 8)), 16);
  }
  addTwo(sum, a, weights, count & 3);
  addTwo(sum, a + 2 * blockBytes, weights + 16, count & 3);
}

/** Two float64 elements of a sum plus their weighted float32 addends. */
function plus(sum: v128, weight: v128, addends: v128): v128 {
  return f64x2.add(sum, f64x2.mul(weight, wide(addends)));
}

/** The first two float32 elements as float64. */
function wide(elements: v128): v128 {
  return f64x2.promote_low_f32x4(elements);
}

/** The address after the last whole group of four elements of a vector. */
function wholeEnd(x: usize, count: usize): usize {
  return x + ((count & ~3) << 2);
}
