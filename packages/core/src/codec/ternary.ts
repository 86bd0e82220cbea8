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
import { present } from "../base/invariant.ts";
import type { Key } from "../base/key.ts";
import type { Difference } from "../params/quantise.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { bucketCount, bucketOption, scaleBytes, scaleDefect, scalesOf } from "./buckets.ts";
import type { Codec, Scheme, Target } from "./codec.ts";
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
/** The digits of −1, 0 and 1, which quantising to one level gives as 0, 1 and 2. */
const DIGITS = Uint8Array.of(2, 0, 1);
/** What the five digits of each byte say, one byte after another. */
const SIGNS = Int8Array.from({ length: PER_BYTE * (LARGEST_BYTE + 1) }, (_, at) => {
  const digit = Math.floor(Math.floor(at / PER_BYTE) / (PLACES[at % PER_BYTE] ?? 1)) % 3;
  return digit === 2 ? -1 : digit;
});

function schemeOf(bucket: number): Scheme {
  return {
    // A bucket of one number is sent as it is.
    guarantee: { kind: "unbiased", variance: (length) => Math.sqrt(Math.max(1, Math.min(bucket, length))) - 1 },
    // Of numbers far smaller than the largest of their bucket, as most are, most arrive as 0.
    isSparse: true,
    isLinear: false,
    spent: (payload, length) => inFront("scales", scaleBytes(bucketCount(length, bucket)), payload),
    encode: (x, key, kernels) =>
      present(encode({ trained: x, anchor: null }, key, kernels, bucket), "a message of finite numbers"),
    encodeDifference: (difference, key, kernels) => encode(difference, key, kernels, bucket),
    defect: (payload, length) => defectOf(payload, length, bucket),
    accumulate: (payload, target) => {
      accumulate(payload, target, bucket);
    },
  };
}

/** A difference as a message; null where it is not finite. */
function encode(difference: Difference, key: Key, kernels: VectorKernels, bucket: number): Uint8Array | null {
  const { length } = difference.trained;
  const buckets = bucketCount(length, bucket);
  const message = new Uint8Array(scaleBytes(buckets) + Math.ceil(length / PER_BYTE));
  const scales = scalesOf(message, buckets);
  const codes = new Uint8Array(length);
  if (!kernels.quantise(difference, { bucket, levels: 1, key }, { scales, codes })) return null;
  const signs = signsOf(message, length, bucket);
  for (let i = 0, place = 0; i < length; i++) {
    const byte = (i - place) / PER_BYTE;
    signs[byte] = (signs[byte] as number) + (DIGITS[codes[i] as number] as number) * (PLACES[place] as number);
    place = place === PER_BYTE - 1 ? 0 : place + 1;
  }
  return message;
}

function accumulate(payload: Uint8Array, { sum, weight }: Pick<Target, "sum" | "weight">, bucket: number): void {
  const signs = signsOf(payload, sum.length, bucket);
  const scales = scalesOf(payload, bucketCount(sum.length, bucket));
  let [byte, place] = [0, 0];
  for (let at = 0, i = 0; at < scales.length; at++) {
    const scale = scales[at] as number;
    for (const end = Math.min(i + bucket, sum.length); i < end; i++) {
      const sign = SIGNS[PER_BYTE * (signs[byte] as number) + place] as number;
      if (sign !== 0) sum[i] = (sum[i] as number) + weight * (sign * scale);
      place += 1;
      if (place === PER_BYTE) [byte, place] = [byte + 1, 0];
    }
  }
}

/** The part of a message behind its scales. */
function signsOf(message: Uint8Array, length: number, bucket: number): Uint8Array {
  return message.subarray(scaleBytes(bucketCount(length, bucket)));
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
