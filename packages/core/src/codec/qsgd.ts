/**
 * Stochastic quantisation (QSGD).
 *
 * The vector is cut into buckets of B numbers. With m the largest magnitude of a bucket and s = 2^(b−1) − 1 levels,
 *
 *     C(x)_i = sign(x_i) · m · ξ_i / s
 *
 * ξ_i is one of the two whole numbers around s |x_i| / m, the nearer the likelier, so that E C(x) = x. A number takes b
 * bits, a bucket 4 bytes more. The variance of a number is at most m² / (4 s²), that of the largest 0, and at most m |x_i| / s:
 *
 *     ω = min((B − 1) / (4 s²), √B / s)
 *
 * s: levels, B: `bucket`, b: `bits`. Scaled by the largest magnitude, as in the experiments of the paper, not by the norm.
 *
 * Alistarh, Grubic, Li, Tomioka, Vojnović, "QSGD: communication-efficient SGD via gradient quantization and encoding",
 * NeurIPS 2017. https://arxiv.org/abs/1610.02132
 *
 * Trust: nothing beyond what any codec does; the magnitudes are what the client says.
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import type { Key } from "../base/key.ts";
import type { Difference } from "../params/quantise.ts";
import { plainKernels, type VectorKernels } from "../params/vector-kernels.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { isPaddedWithZeros, packedBytes, unpackAll } from "./bits.ts";
import { bucketCount, bucketOption, scaleBytes, scaleDefect, scalesOf } from "./buckets.ts";
import type { Codec, Scheme, Target } from "./codec.ts";
import { quantising } from "./differences.ts";
import { inFront } from "./spending.ts";
import { lengthDefect } from "./length-defect.ts";

/** Options of {@link qsgd}. */
export interface QsgdOptions {
  /** b: a whole number in [2, 16]; 8 by default. */
  readonly bits?: number;
  /** B: a whole number in [1, 2^20]; 512 by default. */
  readonly bucket?: number;
}

/** The codec `qsgd`. Throws Fault "option-invalid". */
export const qsgd: PartFactory<QsgdOptions, Codec> = definePart<QsgdOptions, Codec>({
  room: "codec",
  name: "qsgd",
  about: "Numbers of a few bits each, rounded at random so that their mean is right.",
  fights: ["bottleneck"],
  paper: {
    authors: "Alistarh, Grubic, Li, Tomioka, Vojnović",
    title: "QSGD: communication-efficient SGD via gradient quantization and encoding",
    venue: "NeurIPS 2017",
    link: "https://arxiv.org/abs/1610.02132",
  },
  options: {
    bits: { kind: "number", integer: true, minimum: 2, maximum: 16, default: 8, about: "b: bits of a number" },
    bucket: bucketOption,
  },
  make: (options) => quantising(schemeOf(options)),
});

function schemeOf(options: Required<QsgdOptions>): Scheme {
  const { bucket } = options;
  const levels = levelsOf(options);
  return {
    guarantee: { kind: "unbiased", variance: (length) => varianceOf(Math.max(1, Math.min(bucket, length)), levels) },
    // With one level these are the numbers of ternary.
    isSparse: levels === 1,
    isLinear: false,
    spent: (payload, length) => inFront("scales", scaleBytes(bucketCount(length, bucket)), payload),
    encode: (x, key, kernels) =>
      present(encode({ trained: x, anchor: null }, key, kernels, options), "a message of finite numbers"),
    encodeDifference: (difference, key, kernels) => encode(difference, key, kernels, options),
    defect: (payload, length, kernels = plainKernels) => defectOf(payload, length, options, kernels),
    accumulate: (payload, target, kernels = plainKernels) => {
      accumulate(payload, target, options, kernels);
    },
  };
}

/** A difference as a message; null where it is not finite. */
function encode(
  difference: Difference,
  key: Key,
  kernels: VectorKernels,
  options: Required<QsgdOptions>,
): Uint8Array | null {
  const { bits, bucket } = options;
  const { length } = difference.trained;
  const message = new Uint8Array(scaleBytes(bucketCount(length, bucket)) + packedBytes(length, bits));
  const { scales, codes: packed } = partsOf(message, length, options);
  const codes = bits === 8 ? packed : codesFor(length, bits);
  if (!kernels.quantise(difference, { bucket, levels: levelsOf(options), key }, { scales, codes })) return null;
  if (codes !== packed) kernels.pack(codes, bits, packed);
  return message;
}

/** Room for codes that are not packed yet. */
function codesFor(length: number, bits: number): Uint8Array | Uint16Array {
  return bits < 8 ? new Uint8Array(length) : new Uint16Array(length);
}

function accumulate(
  payload: Uint8Array,
  { sum, weight }: Pick<Target, "sum" | "weight">,
  options: Required<QsgdOptions>,
  kernels: VectorKernels,
): void {
  const { bits, bucket } = options;
  const levels = levelsOf(options);
  const { scales, codes: packed } = partsOf(payload, sum.length, options);
  const codes = unpackAll(packed, sum.length, bits, kernels);
  for (let at = 0, i = 0; at < scales.length; at++) {
    const scale = scales[at] as number;
    for (const end = Math.min(i + bucket, sum.length); i < end; i++) {
      const level = (codes[i] as number) - levels;
      sum[i] = (sum[i] as number) + (weight * (scale * level)) / levels;
    }
  }
}

/** s: how many levels there are above 0, and below. */
function levelsOf({ bits }: Required<QsgdOptions>): number {
  return (1 << (bits - 1)) - 1;
}

function varianceOf(bucket: number, levels: number): number {
  return Math.min((bucket - 1) / (4 * levels * levels), Math.sqrt(bucket) / levels);
}

/** The scales of a message and the codes behind them. */
function partsOf(
  message: Uint8Array,
  length: number,
  { bucket }: Required<QsgdOptions>,
): { readonly scales: Float32Array; readonly codes: Uint8Array } {
  const buckets = bucketCount(length, bucket);
  return { scales: scalesOf(message, buckets), codes: message.subarray(scaleBytes(buckets)) };
}

function defectOf(
  payload: Uint8Array,
  length: number,
  options: Required<QsgdOptions>,
  kernels: VectorKernels,
): string | null {
  const { bits, bucket } = options;
  const buckets = bucketCount(length, bucket);
  const framing =
    lengthDefect(payload, scaleBytes(buckets) + packedBytes(length, bits)) ?? scaleDefect(payload, buckets);
  if (framing !== null) return framing;
  const { codes: packed } = partsOf(payload, length, options);
  const codes = unpackAll(packed, length, bits, kernels);
  // Of b bits all are 1 in one code, and it is the only one for which there is no level.
  const none = (1 << bits) - 1;
  const wrong = codes.indexOf(none);
  if (wrong >= 0) return `number ${wrong} of the update has the level ${none}, expected at most ${none - 1}`;
  return isPaddedWithZeros(packed, length, bits) ? null : "the update has bits behind its last number";
}
