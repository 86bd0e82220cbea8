/**
 * Signs with a scale (EF-signSGD, scaled signs).
 *
 * The vector is cut into buckets of B numbers, and each number is sent as its sign:
 *
 *     C(x)_i = sign(x_i) · ‖x‖₁ / B
 *
 * A number takes 1 bit, a bucket 8 bytes more: its mean magnitude, float64. It is contractive, ‖C(x) − x‖² = ‖x‖² − ‖x‖₁² / B, with
 *
 *     δ = 1 / B
 *
 * in the worst case, one number alone, and 2/π ≈ 0.64 for normal numbers. B: `bucket`. 0 counts as positive.
 *
 * Karimireddy, Rebjock, Stich, Jaggi, "Error feedback fixes SignSGD and other gradient compression schemes",
 * ICML 2019. https://arxiv.org/abs/1901.09847
 *
 * Pitfall: it is biased, and without error feedback need not converge.
 *
 * Trust: nothing beyond what any codec does; the magnitudes are what the client says.
 *
 * @module
 */
import { errorFeedbackPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { isPaddedWithZeros, packedBytes } from "./bits.ts";
import { bucketCount, bucketOption } from "./buckets.ts";
import type { Codec, Scheme } from "./codec.ts";
import { quantising } from "./differences.ts";
import { inFront } from "./spending.ts";
import { lengthDefect } from "./length-defect.ts";

/** Options of {@link sign}. */
export interface SignOptions {
  /** B: a whole number in [1, 2^20]; 512 by default. */
  readonly bucket?: number;
}

/** The codec `sign`. Throws Fault "option-invalid". */
export const sign: PartFactory<SignOptions, Codec> = definePart<SignOptions, Codec>({
  room: "codec",
  name: "sign",
  about: "The sign of each number, one bit, and the mean magnitude of every bucket of them.",
  fights: ["bottleneck"],
  paper: errorFeedbackPaper,
  options: {
    bucket: bucketOption,
  },
  make: ({ bucket }) => quantising(schemeOf(bucket)),
});

const BYTES_PER_SCALE = 8;
/** The largest mean magnitude of float32 numbers. */
const LARGEST_SCALE = (2 - 2 ** -23) * 2 ** 127;

function schemeOf(bucket: number): Scheme {
  return {
    guarantee: { kind: "contractive", contraction: (length) => 1 / Math.max(1, Math.min(bucket, length)) },
    isLinear: false,
    spent: (payload, length) => inFront("scales", BYTES_PER_SCALE * bucketCount(length, bucket), payload),
    encode: (x) => encode(x, bucket),
    defect: (payload, length) => defectOf(payload, length, bucket),
    accumulate: (payload, { sum, weight }) => {
      const { scales, signs } = partsOf(payload, sum.length, bucket);
      for (let at = 0, i = 0; i < sum.length; at++) {
        const scale = weight * scales.getFloat64(BYTES_PER_SCALE * at, true);
        for (const end = Math.min(i + bucket, sum.length); i < end; i++) {
          const isNegative = ((signs[i >>> 3] as number) >>> (i & 7)) & 1;
          sum[i] = (sum[i] as number) + (isNegative === 1 ? -scale : scale);
        }
      }
    },
  };
}

function encode(x: Float32Array, bucket: number): Uint8Array {
  const message = new Uint8Array(messageBytes(x.length, bucket));
  const { scales, signs } = partsOf(message, x.length, bucket);
  for (let at = 0, i = 0; i < x.length; at++) {
    const end = Math.min(i + bucket, x.length);
    const count = end - i;
    let total = 0;
    for (; i < end; i++) {
      const number = x[i] as number;
      total += Math.abs(number);
      if (number < 0) signs[i >>> 3] = (signs[i >>> 3] as number) | (1 << (i & 7));
    }
    scales.setFloat64(BYTES_PER_SCALE * at, total / count, true);
  }
  return message;
}

function messageBytes(length: number, bucket: number): number {
  return BYTES_PER_SCALE * bucketCount(length, bucket) + packedBytes(length, 1);
}

/** The scales of a message and the signs behind them. */
function partsOf(
  message: Uint8Array,
  length: number,
  bucket: number,
): { readonly scales: DataView; readonly signs: Uint8Array } {
  const bytes = BYTES_PER_SCALE * bucketCount(length, bucket);
  return { scales: new DataView(message.buffer, message.byteOffset, bytes), signs: message.subarray(bytes) };
}

function defectOf(payload: Uint8Array, length: number, bucket: number): string | null {
  const framing = lengthDefect(payload, messageBytes(length, bucket));
  if (framing !== null) return framing;
  const { scales, signs } = partsOf(payload, length, bucket);
  for (let at = 0; at < bucketCount(length, bucket); at++) {
    const scale = scales.getFloat64(BYTES_PER_SCALE * at, true);
    if (!Number.isFinite(scale)) return "the update holds numbers that are not finite";
    const isInRange = scale >= 0 && scale <= LARGEST_SCALE;
    if (!isInRange) return `bucket ${at} of the update has the scale ${scale}, expected one that float32 has room for`;
  }
  return isPaddedWithZeros(signs, length, 1) ? null : "the update has bits behind its last number";
}
