/**
 * Random coordinates of a rotated vector (subsampled randomised Hadamard transform).
 *
 *     R x = S H (s ∘ x),   C(x) = 1/k · s ∘ Hᵀ Sᵀ R x
 *
 * s: d signs; H: the Walsh–Hadamard matrix of D × D entries ±1, D the smallest power of two that is no less than d, x filled up with zeros; S:
 * k = ⌈ratio · d⌉ of the D rows, every choice as likely. Signs and rows are drawn from the key of the task. k numbers are sent; with k = d the d numbers
 * as they are. C is linear under one key. Whatever the vector looks like, every number that is sent holds about as much of it as any other.
 *
 * C = M with 1 on the diagonal under the signs: M_ij = s_i s_j · (mean of H_ri H_rj over the k rows r). For i ≠ j these products are a sequence over all D rows with as many
 * +1 as −1, of which k are drawn without replacement: their mean is 0 on average and (D − k) / (k (D − 1)) squared. The signs keep different j apart, so that
 *
 *     E C(x) = x,   E (C(x)_i − x_i)² = (D − k) / (k (D − 1)) · Σ of x_j² over j ≠ i
 *
 *     ω = (d − 1) / (D − 1) · (D / k − 1)
 *
 * for every x. With d = D it is d / k − 1, as of rand-k; padding adds (D − d) (k − 1) / (k (D − 1)) < ½ to it, since what arrives in the padding is thrown away.
 *
 * Ailon, Chazelle, "The fast Johnson–Lindenstrauss transform and approximate nearest neighbors", SIAM Journal on Computing 39(1), 2009.
 * https://doi.org/10.1137/060673096 In federated learning: Song, Wang, Yu, Zhang, "Sketching for first order method: efficient
 * algorithm for low-bandwidth channel and vulnerability", ICML 2023. https://arxiv.org/abs/2210.08371
 *
 * Differs: there all clients of a round share R, and downloads are sketched with it; here every task has an R of its own, as in count-sketch.
 *
 * Decoding takes one transform for each message, D log₂ D additions over a vector of D float64 numbers, up to 16 bytes for each parameter, whatever was sent.
 *
 * With `noise` a client adds σ z, z normal, to each of the k numbers, of which d σ² / k arrives, squared; with k = d, d σ². See count-sketch.
 *
 * Pitfalls: those of count-sketch: longer updates than were sent, and no protection of what they say. Both sides take time: of large models and slow devices
 * use it in per-layer, or count-sketch.
 *
 * Trust: a client can put all its weight in one number of the message, which arrives everywhere, as much in each place.
 *
 * @module
 */
import { signStream } from "../base/draws.ts";
import { fold, type Key } from "../base/key.ts";
import { sketchingPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Codec, Scheme } from "./codec.ts";
import { ofDifferences } from "./differences.ts";
import { drawPlaces } from "./draw-places.ts";
import { floats } from "./floats.ts";
import { hadamard, paddedLength } from "./hadamard.ts";
import { addNoise, concealing, noiseOption } from "./noise.ts";
import { ratioOption, sentOf } from "./share.ts";
import { spentOn } from "./spending.ts";
import { readSums, sumsDefect, sumsSpent, writeSums } from "./sums.ts";

/** Options of {@link srht}. */
export interface SrhtOptions {
  /** k / d: in (0, 1]; 0.01 by default. */
  readonly ratio?: number;
  /** σ ≥ 0; 0, no noise, by default. */
  readonly noise?: number;
}

/** The codec `srht`. Throws Fault "option-invalid". */
export const srht: PartFactory<SrhtOptions, Codec> = definePart<SrhtOptions, Codec>({
  room: "codec",
  name: "srht",
  about: "Random coordinates of the vector after a random rotation: linear, and right on average.",
  fights: ["bottleneck"],
  paper: sketchingPaper,
  options: {
    ratio: { ...ratioOption, about: "k / d: how many coordinates are sent for each number" },
    noise: noiseOption,
  },
  make: (options) => ofDifferences(schemeOf(options, null)),
});

function schemeOf({ ratio, noise: sigma }: Required<SrhtOptions>, secret: Key | null): Scheme {
  const sent = (length: number): number => sentOf(length, ratio);
  const isWhole = (length: number): boolean => sent(length) === length;
  const noise = { sigma, secret };
  return {
    guarantee: {
      kind: "unbiased",
      variance: (length) => (isWhole(length) ? 0 : varianceOf(length, sent(length))),
      noise: (length) => (length * sigma * sigma) / (isWhole(length) ? 1 : sent(length)),
    },
    isLinear: sigma === 0,
    ...concealing(sigma, (own) => schemeOf({ ratio, noise: sigma }, own)),
    spent: (payload, length) => (isWhole(length) ? spentOn(floats, payload, length) : sumsSpent(payload)),
    encode: (x, key, kernels) => {
      const numbers = isWhole(x.length) ? x.slice() : rotated(x, sent(x.length), key);
      addNoise(numbers, noise, key);
      return numbers instanceof Float32Array ? floats.encode(numbers, key, kernels) : writeSums(numbers);
    },
    defect: (payload, length) => (isWhole(length) ? floats.defect(payload, length) : sumsDefect(payload, sent(length))),
    accumulate: (payload, target) => {
      if (isWhole(target.sum.length)) floats.accumulate(payload, target);
      else addRotatedBack(payload, target);
    },
  };
}

function varianceOf(length: number, count: number): number {
  const padded = paddedLength(length);
  return ((length - 1) / (padded - 1)) * (padded / count - 1);
}

/** S H (s ∘ x) */
function rotated(x: Float32Array, count: number, key: Key): Float64Array {
  const y = new Float64Array(paddedLength(x.length));
  const sign = signStream(signsKey(key));
  for (let i = 0; i < x.length; i++) y[i] = sign() * (x[i] as number);
  hadamard(y);
  return Float64Array.from(drawPlaces(rowsKey(key), count, y.length), (row) => y[row] as number);
}

/** sum ← sum + weight / k · s ∘ Hᵀ Sᵀ message */
function addRotatedBack(
  payload: Uint8Array,
  { sum, weight, key }: { readonly sum: Float64Array; readonly weight: number; readonly key: Key },
): void {
  const { numbers, factor } = readSums(payload);
  const y = new Float64Array(paddedLength(sum.length));
  for (const [at, row] of drawPlaces(rowsKey(key), numbers.length, y.length).entries()) y[row] = numbers[at] as number;
  hadamard(y);
  const scale = (weight * factor) / numbers.length;
  const sign = signStream(signsKey(key));
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + scale * sign() * (y[i] as number);
}

function signsKey(key: Key): Key {
  return fold(key, "signs");
}

function rowsKey(key: Key): Key {
  return fold(key, "rows");
}
