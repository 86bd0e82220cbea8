/**
 * Sums of numbers under random signs (count sketch).
 *
 *     (R x)_(r, h) = Σ of s_r(i) · x_i over the i with h_r(i) = h,   C(x)_i = 1/ρ · Σ_r s_r(i) · (R x)_(r, h_r(i))
 *
 * h_r(i): one of m buckets, s_r(i): a sign, both drawn from the key of the task; r: one of ρ = `rows` independent draws;
 * m = ⌈ratio · d / ρ⌉, and b = ρ m numbers are sent. C = RᵀR, but for the factor 1/ρ, is linear under one key: messages under the same key can be added up as they
 * are. Numbers whose bucket is the same are mixed up with each other, and the signs see to it that this is right on average.
 *
 * Buckets are dealt, block by block: the vector is cut into n = ⌈d / m⌉ blocks of q = ⌊d / n⌋ numbers or one more, and in each block number after number goes
 * to the bucket `stride` further, from a first one that is drawn; the stride is drawn too and has no divisor in common with m. So within a block no two numbers share
 * a bucket, and two of different blocks share one with probability 1/m. The errors of a row, over the signs, are
 *
 *     E (C(x)_i − x_i)² = Σ of x_j² / m over the j in other blocks,   E‖C(x) − x‖² = Σ_j x_j² (d − size of the block of j) / m
 *
 * since products of different signs are 0 on average; and a mean of ρ independent rows has a ρ-th of that. Hence
 *
 *     ω = (d − q) / b
 *
 * which a vector in a smallest block attains. Where m divides d and ρ = 1 this is d / b − 1, as of rand-k. With b ≥ d, as of vectors shorter than ρ, the d numbers are sent as they are, and nothing is lost.
 * More rows at the same b lose as much, in more and smaller errors.
 *
 * Charikar, Chen, Farach-Colton, "Finding frequent items in data streams", ICALP 2002. https://doi.org/10.1007/3-540-45465-9_59
 * In federated learning: Song, Wang, Yu, Zhang, "Sketching for first order method: efficient algorithm for low-bandwidth channel and
 * vulnerability", ICML 2023. https://arxiv.org/abs/2210.08371
 *
 * Differs: there all clients of a round share R, so that the server adds up sketches, and sends their sum back as it is; here every task
 * has an R of its own, and what goes down is sketched by the download, if at all. A mean over n clients is then off by ω / n · mean ‖x‖² in place of ω ‖mean x‖²: up to n times less where they agree,
 * as much where their updates have nothing to do with each other, more where they contradict. Rows are averaged, not their median taken, which would be
 * neither linear nor unbiased. There buckets are drawn number by number, which has ω = (d − 1) / b, and loses something even with m = d.
 *
 * Pitfalls: an update that arrives is 1 + ω times as long, squared, as the one that was sent; the smaller b / d, the smaller the steps have to be where few clients answer.
 * A sketch is no protection: the server holds the key, and finds examples that lead to a sketch as it finds those that lead to a gradient. With `noise`
 * each client adds σ z, z normal, to every sum, from a secret that only it has; what arrives of it is d σ² / ρ, squared, and d σ² of numbers that are sent as they are:
 *
 *     E‖C(x) − x‖² ≤ ω ‖x‖² + d σ² / ρ
 *
 * (in the paper noise is added to the gradient of every step before it is sketched). How much protects whom depends on how long updates can be, which σ does not bound: clip them in the solver.
 *
 * Trust: a client can put all its weight in one number of the message, which arrives in d / m places.
 *
 * @module
 */
import { integerStream } from "../base/draws.ts";
import { drawWords, fold, type Key } from "../base/key.ts";
import { sketchingPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Codec, Scheme } from "./codec.ts";
import { ofDifferences } from "./differences.ts";
import { floats } from "./floats.ts";
import { addNoise, concealing, noiseOption } from "./noise.ts";
import { ratioOption, sentOf } from "./share.ts";
import { spentOn } from "./spending.ts";
import { readSums, sumsDefect, sumsSpent, writeSums } from "./sums.ts";

/** Options of {@link countSketch}. */
export interface CountSketchOptions {
  /** b / d: in (0, 1]; 0.01 by default. */
  readonly ratio?: number;
  /** ρ: a whole number in [1, 32]; 1 by default. */
  readonly rows?: number;
  /** σ ≥ 0; 0, no noise, by default. */
  readonly noise?: number;
}

/** The codec `count-sketch`. Throws Fault "option-invalid". */
export const countSketch: PartFactory<CountSketchOptions, Codec> = definePart<CountSketchOptions, Codec>({
  room: "codec",
  name: "count-sketch",
  about: "Sums of numbers under random signs: linear, and right on average.",
  fights: ["bottleneck"],
  paper: sketchingPaper,
  options: {
    ratio: { ...ratioOption, about: "b / d: how many sums are sent for each number" },
    rows: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 32,
      default: 1,
      about: "ρ: independent draws among which the sums are shared out",
    },
    noise: noiseOption,
  },
  make: (options) => ofDifferences(schemeOf(options, null)),
});

function schemeOf(options: Required<CountSketchOptions>, secret: Key | null): Scheme {
  const { noise: sigma } = options;
  const shape = (length: number): Shape => shapeOf(length, options);
  return {
    guarantee: {
      kind: "unbiased",
      variance: (length) => varianceOf(shape(length)),
      noise: (length) => (length * sigma * sigma) / (isWhole(shape(length)) ? 1 : options.rows),
    },
    isLinear: sigma === 0,
    ...concealing(sigma, (own) => schemeOf(options, own)),
    spent: (payload, length) => (isWhole(shape(length)) ? spentOn(floats, payload, length) : sumsSpent(payload)),
    encode: (x, key, kernels) => {
      const numbers = isWhole(shape(x.length)) ? x.slice() : sumsOf(x, shape(x.length), key);
      addNoise(numbers, { sigma, secret }, key);
      return numbers instanceof Float32Array ? floats.encode(numbers, key, kernels) : writeSums(numbers);
    },
    defect: (payload, length) =>
      isWhole(shape(length)) ? floats.defect(payload, length) : sumsDefect(payload, sumsIn(shape(length))),
    accumulate: (payload, target) => {
      if (isWhole(shape(target.sum.length))) floats.accumulate(payload, target);
      else addReadings(payload, target, shape(target.sum.length));
    },
  };
}

/** Numbers d, rows ρ, buckets of each m, and blocks n. */
interface Shape {
  readonly length: number;
  readonly rows: number;
  readonly buckets: number;
  readonly blocks: number;
}

function shapeOf(length: number, { ratio, rows }: Required<CountSketchOptions>): Shape {
  const buckets = sentOf(length, ratio / rows);
  return { length, rows, buckets, blocks: length === 0 ? 0 : Math.ceil(length / buckets) };
}

/** b: how many sums there are. */
function sumsIn({ rows, buckets }: Shape): number {
  return rows * buckets;
}

/** Whether numbers are sent as they are, since sums would be no fewer. */
function isWhole(shape: Shape): boolean {
  return sumsIn(shape) >= shape.length;
}

function varianceOf(shape: Shape): number {
  const { length, blocks } = shape;
  return isWhole(shape) ? 0 : (length - Math.floor(length / blocks)) / sumsIn(shape);
}

/** R x */
function sumsOf(x: Float32Array, shape: Shape, key: Key): Float64Array {
  const sums = new Float64Array(sumsIn(shape));
  for (const deal of dealsOf(shape, key)) addUp(sums, x, deal);
  return sums;
}

/** sum ← sum + weight / ρ · Rᵀ message */
function addReadings(
  payload: Uint8Array,
  { sum, weight, key }: { readonly sum: Float64Array; readonly weight: number; readonly key: Key },
  shape: Shape,
): void {
  const { numbers, factor } = readSums(payload);
  const scale = (weight * factor) / shape.rows;
  for (const deal of dealsOf(shape, key)) readOff(sum, { numbers, scale }, deal);
}

/** How the numbers `from` to `end` of a block are dealt to the m sums from `first` on, and under which signs. */
interface Deal {
  readonly from: number;
  readonly end: number;
  readonly first: number;
  readonly buckets: number;
  readonly bucket: number;
  readonly stride: number;
  /** A bit for each number of the vector: 1 where its sign is +. */
  readonly signs: Uint32Array;
}

/** How each block is dealt, row by row. */
function* dealsOf({ length, rows, buckets, blocks }: Shape, key: Key): Generator<Deal> {
  const signs = new Uint32Array(Math.ceil(length / SIGNS_PER_WORD));
  for (let row = 0; row < rows; row++) {
    const own = fold(key, row);
    const below = integerStream(fold(own, "buckets"));
    drawWords(fold(own, "signs"), 0, signs);
    for (let block = 0; block < blocks; block++) {
      const [from, end] = [startOf(block, length, blocks), startOf(block + 1, length, blocks)];
      const bucket = below(buckets);
      const stride = coprimeFrom(1 + below(buckets), buckets);
      yield { from, end, first: row * buckets, buckets, bucket, stride, signs };
    }
  }
}

const SIGNS_PER_WORD = 32;

/** Adds the numbers of a block of x to their sums. */
function addUp(sums: Float64Array, x: Float32Array, deal: Deal): void {
  const { from, end, first, buckets, stride, signs } = deal;
  let { bucket } = deal;
  for (let i = from; i < end; i++) {
    const sign = 2 * (((signs[i >>> 5] as number) >>> (i & 31)) & 1) - 1;
    sums[first + bucket] = (sums[first + bucket] as number) + sign * (x[i] as number);
    bucket += stride;
    if (bucket >= buckets) bucket -= buckets;
  }
}

/** Adds to the numbers of a block what their sums say of them. */
function readOff(
  sum: Float64Array,
  { numbers, scale }: { readonly numbers: Float32Array; readonly scale: number },
  deal: Deal,
): void {
  const { from, end, first, buckets, stride, signs } = deal;
  let { bucket } = deal;
  for (let i = from; i < end; i++) {
    const sign = 2 * (((signs[i >>> 5] as number) >>> (i & 31)) & 1) - 1;
    sum[i] = (sum[i] as number) + scale * sign * (numbers[first + bucket] as number);
    bucket += stride;
    if (bucket >= buckets) bucket -= buckets;
  }
}

function startOf(block: number, length: number, blocks: number): number {
  return Math.floor((block * length) / blocks);
}

/** The first of first, first + 1, …, m, 1, 2, … that has no divisor in common with m; `first` is in [1, m]. 1 has none. */
function coprimeFrom(first: number, m: number): number {
  let candidate = first;
  while (greatestDivisor(candidate, m) > 1) candidate = candidate === m ? 1 : candidate + 1;
  return candidate;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
