/**
 * Ternary quantisation (TernGrad).
 *
 * The vector is cut into buckets of B numbers. With m the largest magnitude of a bucket,
 *
 *     C(x)_i = m · sign(x_i) · b_i,   b_i = 1 with probability |x_i| / m, else 0
 *
 * so that E C(x) = x. Five numbers take a byte (3^5 = 243), a bucket 4 bytes more. The variance of a number is |x_i| (m − |x_i|):
 *
 *     ω = √B − 1
 *
 * m: scale, B: `bucket`.
 *
 * Wen, Xu, Yan, Wu, Wang, Chen, Li, "TernGrad: ternary gradients to reduce communication in distributed deep learning",
 * NeurIPS 2017. https://arxiv.org/abs/1705.07878
 *
 * Differs from the paper: buckets stand for its layers, and nothing is clipped, since what is clipped is biased.
 *
 * Trust: nothing beyond what any codec does; the magnitudes are what the client says.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
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

/** Options of {@link ternary}. */
export interface TernaryOptions {
  /** B: a whole number in [1, 2^20]; 512 by default. */
  readonly bucket?: number;
}

/** The codec `ternary`. Throws Fault "option-invalid". */
export const ternary: PartFactory<TernaryOptions, Codec> = definePart<TernaryOptions, Codec>({
  room: "codec",
  name: "ternary",
  about: "Each number as −1, 0 or 1 times a scale, drawn so that the mean is right: five to a byte.",
  fights: ["bottleneck"],
  paper: {
    authors: "Wen, Xu, Yan, Wu, Wang, Chen, Li",
    title: "TernGrad: ternary gradients to reduce communication in distributed deep learning",
    venue: "NeurIPS 2017",
    link: "https://arxiv.org/abs/1705.07878",
  },
  options: {
    bucket: bucketOption,
  },
  make: ({ bucket }) => quantising(schemeOf(bucket)),
});

const PER_BYTE = 5;
/** What a digit stands for in its place. */
const PLACES = [1, 3, 9, 27, 81] as const;
/** The largest number of five digits. */
const LARGEST_BYTE = 242;

function schemeOf(bucket: number): Scheme {
  return {
    // A bucket of one number is sent as it is.
    guarantee: { kind: "unbiased", variance: (length) => Math.sqrt(Math.max(1, Math.min(bucket, length))) - 1 },
    // Of numbers far smaller than the largest of their bucket, as most are, most arrive as 0.
    isSparse: true,
    isLinear: false,
    spent: (payload, length) => inFront("scales", scaleBytes(bucketCount(length, bucket)), payload),
    encode: (x, key) => encode(x, bucket, stochasticRounding(key)),
    defect: (payload, length) => defectOf(payload, length, bucket),
    accumulate: (payload, { sum, weight }) => {
      const signs = signsOf(payload, sum.length, bucket);
      const scales = scalesOf(payload, bucketCount(sum.length, bucket));
      for (let i = 0; i < sum.length; i++) {
        const sign = signAt(signs, i);
        if (sign !== 0) sum[i] = (sum[i] ?? 0) + weight * (sign * (scales[Math.floor(i / bucket)] ?? 0));
      }
    },
  };
}

function encode(x: Float32Array, bucket: number, round: (t: number) => number): Uint8Array {
  const message = withScales(x, bucket, Math.ceil(x.length / PER_BYTE));
  const signs = signsOf(message, x.length, bucket);
  const scales = scalesOf(message, bucketCount(x.length, bucket));
  for (let i = 0; i < x.length; i++) {
    const number = x[i] ?? 0;
    const scale = scales[Math.floor(i / bucket)] ?? 0;
    if (scale === 0 || round(Math.abs(number) / scale) === 0) continue;
    const byte = Math.floor(i / PER_BYTE);
    signs[byte] = (signs[byte] ?? 0) + (number < 0 ? 2 : 1) * (PLACES[i % PER_BYTE] ?? 0);
  }
  return message;
}

/** The part of a message behind its scales. */
function signsOf(message: Uint8Array, length: number, bucket: number): Uint8Array {
  return message.subarray(scaleBytes(bucketCount(length, bucket)));
}

/** Digit i: 0 is 0, 1 is 1, 2 is −1. */
function signAt(signs: Uint8Array, i: number): number {
  const digit = Math.floor((signs[Math.floor(i / PER_BYTE)] ?? 0) / (PLACES[i % PER_BYTE] ?? 1)) % 3;
  return digit === 2 ? -1 : digit;
}

function defectOf(payload: Uint8Array, length: number, bucket: number): string | null {
  const buckets = bucketCount(length, bucket);
  const framing =
    lengthDefect(payload, scaleBytes(buckets) + Math.ceil(length / PER_BYTE)) ?? scaleDefect(payload, buckets);
  if (framing !== null) return framing;
  const signs = signsOf(payload, length, bucket);
  const wrong = signs.find((byte) => byte > LARGEST_BYTE);
  if (wrong !== undefined) return `the update has a byte of ${wrong}, expected at most ${LARGEST_BYTE}`;
  const used = length % PER_BYTE;
  const isPadded = used === 0 || (signs.at(-1) ?? 0) < (PLACES[used] ?? 0);
  return isPadded ? null : "the update has digits behind its last number";
}
