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
import { bucketCount, scaleAt, scaleBytes, scaleDefect, stochasticRounding, withScales } from "./buckets.ts";
import type { Codec } from "./codec.ts";
import { lengthDefect, ofDifferences, type Scheme } from "./differences.ts";

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
    bucket: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 2 ** 20,
      default: 512,
      about: "B: so many numbers share a scale",
    },
  },
  make: (options) => ofDifferences(schemeOf(options)),
});

function schemeOf(options: Required<QsgdOptions>): Scheme {
  const { bits, bucket } = options;
  const levels = (1 << (bits - 1)) - 1;
  return {
    guarantee: { kind: "unbiased", variance: (length) => varianceOf(Math.max(1, Math.min(bucket, length)), levels) },
    isLinear: false,
    encode: (x, key) => {
      const message = withScales(x, bucket, packedBytes(x.length, bits));
      const codes = codesOf(message, x.length, options);
      const round = stochasticRounding(key);
      for (let i = 0; i < x.length; i++) {
        const [number, scale] = [x[i] ?? 0, scaleAt(message, Math.floor(i / bucket))];
        const level = scale === 0 ? 0 : round((levels * Math.abs(number)) / scale);
        writePacked(codes, i, bits, levels + (number < 0 ? -level : level));
      }
      return message;
    },
    defect: (payload, length) => defectOf(payload, length, options),
    accumulate: (payload, { sum, weight }) => {
      const codes = codesOf(payload, sum.length, options);
      for (let i = 0; i < sum.length; i++) {
        const scale = scaleAt(payload, Math.floor(i / bucket));
        const level = readPacked(codes, i, bits) - levels;
        sum[i] = (sum[i] ?? 0) + (weight * (scale * level)) / levels;
      }
    },
  };
}

function varianceOf(bucket: number, levels: number): number {
  return Math.min((bucket - 1) / (4 * levels * levels), Math.sqrt(bucket) / levels);
}

/** The part of a message behind its scales. */
function codesOf(message: Uint8Array, length: number, { bucket }: Required<QsgdOptions>): Uint8Array {
  return message.subarray(scaleBytes(bucketCount(length, bucket)));
}

function defectOf(payload: Uint8Array, length: number, options: Required<QsgdOptions>): string | null {
  const { bits, bucket } = options;
  const buckets = bucketCount(length, bucket);
  const framing =
    lengthDefect(payload, scaleBytes(buckets) + packedBytes(length, bits)) ?? scaleDefect(payload, buckets);
  if (framing !== null) return framing;
  const codes = codesOf(payload, length, options);
  const largest = (1 << bits) - 2;
  for (let i = 0; i < length; i++) {
    const code = readPacked(codes, i, bits);
    if (code > largest) return `number ${i} of the update has the level ${code}, expected at most ${largest}`;
  }
  return isPaddedWithZeros(codes, length, bits) ? null : "the update has bits behind its last number";
}
