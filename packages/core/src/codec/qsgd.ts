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
import { definePart, type PartFactory } from "../part/part.ts";
import { isPaddedWithZeros, packedBytes, readPacked, writePacked } from "./bits.ts";
import {
  bucketCount,
  bucketOption,
  scaleBytes,
  scaleDefect,
  scalesOf,
  stochasticRounding,
  withScales,
} from "./buckets.ts";
import type { Codec, Scheme } from "./codec.ts";
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
  const { bits, bucket } = options;
  const levels = levelsOf(options);
  return {
    guarantee: { kind: "unbiased", variance: (length) => varianceOf(Math.max(1, Math.min(bucket, length)), levels) },
    // With one level these are the numbers of ternary.
    isSparse: levels === 1,
    isLinear: false,
    spent: (payload, length) => inFront("scales", scaleBytes(bucketCount(length, bucket)), payload),
    encode: (x, key) => encode(x, stochasticRounding(key), options),
    defect: (payload, length) => defectOf(payload, length, options),
    accumulate: (payload, { sum, weight }) => {
      const { scales, codes } = partsOf(payload, sum.length, options);
      for (let i = 0; i < sum.length; i++) {
        const scale = scales[Math.floor(i / bucket)] ?? 0;
        const level = readPacked(codes, i, bits) - levels;
        sum[i] = (sum[i] ?? 0) + (weight * (scale * level)) / levels;
      }
    },
  };
}

function encode(x: Float32Array, round: (t: number) => number, options: Required<QsgdOptions>): Uint8Array {
  const { bits, bucket } = options;
  const levels = levelsOf(options);
  const message = withScales(x, bucket, packedBytes(x.length, bits));
  const { scales, codes } = partsOf(message, x.length, options);
  for (let i = 0; i < x.length; i++) {
    const number = x[i] ?? 0;
    const scale = scales[Math.floor(i / bucket)] ?? 0;
    const level = scale === 0 ? 0 : round((levels * Math.abs(number)) / scale);
    writePacked(codes, i, bits, levels + (number < 0 ? -level : level));
  }
  return message;
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

function defectOf(payload: Uint8Array, length: number, options: Required<QsgdOptions>): string | null {
  const { bits, bucket } = options;
  const buckets = bucketCount(length, bucket);
  const framing =
    lengthDefect(payload, scaleBytes(buckets) + packedBytes(length, bits)) ?? scaleDefect(payload, buckets);
  if (framing !== null) return framing;
  const { codes } = partsOf(payload, length, options);
  const largest = (1 << bits) - 2;
  for (let i = 0; i < length; i++) {
    const code = readPacked(codes, i, bits);
    if (code > largest) return `number ${i} of the update has the level ${code}, expected at most ${largest}`;
  }
  return isPaddedWithZeros(codes, length, bits) ? null : "the update has bits behind its last number";
}
