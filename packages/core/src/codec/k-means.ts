/**
 * Numbers from a codebook that fits them (k-means, least squares quantisation).
 *
 *     C(x)_i = the nearest of the centres c_1 … c_k,   k ≤ 2^b
 *
 * The centres come from Lloyd's rule (centres.ts) from two starts, of which the better counts: stretches of as many numbers each, and
 * magnitudes by powers of a ratio r below the largest. Nothing is drawn. A message has k, a power of two for all centres, each centre as
 * float32, and for each number as many bits as k has need of. It is contractive with
 *
 *     δ = max(1 / d,  4r / (1 + r)² − d r^(2 − 2^b) / 4)     for the best r
 *
 * since numbers within a ratio of r lose at most ((r − 1) / (r + 1))² of their squares to their mean, all below
 * m r^(1 − 2^(b − 1)) at most a quarter of its square each, and where b = 1 the two signs keep ‖x‖₁² / d ≥ ‖x‖² / d.
 *
 * b: `bits`, m: the largest magnitude.
 *
 * Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28(2), 1982. https://doi.org/10.1109/TIT.1982.1056489
 *
 * Differs from FedZip (Malekijoo et al., 2021, https://arxiv.org/abs/2102.01593), which has a codebook for each layer: one for the whole
 * vector, and no number is left out first.
 *
 * Pitfall: it is biased, as what is nearest is. A number among many smaller ones is drawn towards them.
 *
 * Trust: nothing beyond what any codec does; the centres are what the client says.
 *
 * @module
 */
import { plainKernels, type VectorKernels } from "../params/vector-kernels.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { isPaddedWithZeros, packedBytes, unpackAll } from "./bits.ts";
import { type Codebook, codebookFrom, firstAtLeast, middles, type Sorted, sorted } from "./centres.ts";
import type { Codec, Scheme } from "./codec.ts";
import { quantising } from "./differences.ts";
import { inFront } from "./spending.ts";
import { lengthDefect } from "./length-defect.ts";
import { exponentDefect, exponentOf, powerOfTwo } from "./exponent.ts";

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  /** b: a whole number in [1, 8]; 4 by default. */
  readonly bits?: number;
}

/** The codec `k-means`. Throws Fault "option-invalid". */
export const kMeans: PartFactory<KMeansOptions, Codec> = definePart<KMeansOptions, Codec>({
  room: "codec",
  name: "k-means",
  about: "Each number as the nearest of a few that fit all of them best.",
  fights: ["bottleneck"],
  paper: {
    authors: "Lloyd",
    title: "Least squares quantization in PCM",
    venue: "IEEE Transactions on Information Theory 28(2), 1982",
    link: "https://doi.org/10.1109/TIT.1982.1056489",
  },
  options: {
    bits: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 8,
      default: 4,
      about: "b: a number is one of at most 2^b",
    },
  },
  make: ({ bits }) => quantising(schemeOf(bits)),
});

/** How many centres there are less 1, and the exponent, int16, little-endian. */
const HEADER_BYTES = 3;
const EXPONENT_AT = 1;
const BYTES_PER_CENTRE = 4;
/** Centres are below this: the largest number is moved into [1, 2). */
const CENTRES_BELOW = 2;

function schemeOf(bits: number): Scheme {
  return {
    guarantee: { kind: "contractive", contraction: (length) => gradationOf(length, bits).contraction },
    isLinear: false,
    spent: (payload, length) =>
      inFront("codebook", length === 0 ? 0 : HEADER_BYTES + BYTES_PER_CENTRE * (1 + (payload[0] ?? 0)), payload),
    encode: (x, _key, kernels) => encode(x, bits, kernels),
    defect: (payload, length, kernels = plainKernels) => defectOf(payload, length, bits, kernels),
    accumulate: (payload, { sum, weight }, kernels = plainKernels) => {
      if (sum.length === 0) return;
      const { centres, codes, exponent } = partsOf(payload);
      const numbers = unpackAll(codes, sum.length, widthOf(centres.length), kernels);
      const terms = Float64Array.from(centres, (centre) => weight * (centre * powerOfTwo(exponent)));
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (terms[numbers[i] as number] as number);
    },
  };
}

function encode(x: Float32Array, bits: number, kernels: VectorKernels): Uint8Array {
  if (x.length === 0) return new Uint8Array(0);
  const exponent = exponentOf(x);
  const factor = powerOfTwo(-exponent);
  const scaled = x.map((number) => number * factor);
  const centres = Float32Array.from(codebookOf(sorted(scaled), bits).centres);
  const width = widthOf(centres.length);
  const message = new Uint8Array(messageBytes(centres.length, x.length));
  const view = new DataView(message.buffer);
  message[0] = centres.length - 1;
  view.setInt16(EXPONENT_AT, exponent, true);
  centres.forEach((centre, at) => view.setFloat32(HEADER_BYTES + BYTES_PER_CENTRE * at, centre, true));
  // Where there is one centre, nothing is said.
  if (width === 0) return message;
  const cuts = middles([...centres]);
  const codes = new Uint8Array(scaled.length);
  for (let i = 0; i < codes.length; i++) codes[i] = firstAtLeast(cuts, scaled[i] as number);
  kernels.pack(codes, width, message.subarray(HEADER_BYTES + BYTES_PER_CENTRE * centres.length));
  return message;
}

/** The better codebook of two starts for numbers of which there is at least one. */
function codebookOf(numbers: Sorted, bits: number): Codebook {
  const { values } = numbers;
  const count = 1 << bits;
  const shares = Array.from({ length: count - 1 }, (_, at) => Math.floor(((at + 1) * values.length) / count));
  const largest = Math.max(Math.abs(values[0] ?? 0), Math.abs(values.at(-1) ?? 0));
  const bounds = gradesBelow(largest, gradationOf(values.length, bits).ratio, bits);
  const byShare = codebookFrom(numbers, shares);
  const byMagnitude = codebookFrom(
    numbers,
    bounds.map((bound) => firstAtLeast(values, bound)),
  );
  return byShare.kept > byMagnitude.kept ? byShare : byMagnitude;
}

/** 0, and on each side of it 2^(b − 1) − 1 bounds, each a ratio below the next larger magnitude; ascending. */
function gradesBelow(largest: number, ratio: number, bits: number): readonly number[] {
  const grades: number[] = [];
  for (let grade = largest / ratio; grades.length < (1 << (bits - 1)) - 1; grade /= ratio) grades.push(grade);
  return [...grades.map((grade) => -grade), 0, ...grades.toReversed()];
}

/** How finely ratios are tried. */
const RATIO_STEP = 1 + 2 ** -5;

/** The ratio r with the best contraction δ that can be proved for `length` numbers, and this δ. */
function gradationOf(length: number, bits: number): { readonly ratio: number; readonly contraction: number } {
  let best = { ratio: RATIO_STEP, contraction: 1 / Math.max(1, length) };
  if (bits === 1) return best;
  for (let ratio = RATIO_STEP; ratio < length; ratio *= RATIO_STEP) {
    let below = length / 4;
    for (let grade = 1; grade < 1 << (bits - 1); grade++) below /= ratio * ratio;
    const contraction = (4 * ratio) / ((1 + ratio) * (1 + ratio)) - below;
    if (contraction > best.contraction) best = { ratio, contraction };
  }
  return best;
}

/** The bits that one of `centres` centres takes; none where there is one centre. */
function widthOf(centres: number): number {
  return 32 - Math.clz32(centres - 1);
}

function messageBytes(centres: number, length: number): number {
  return HEADER_BYTES + BYTES_PER_CENTRE * centres + packedBytes(length, widthOf(centres));
}

/** The centres of a message that is long enough for them, what they are multiplied with, and the codes behind them. */
function partsOf(payload: Uint8Array): {
  readonly centres: Float32Array;
  readonly exponent: number;
  readonly codes: Uint8Array;
} {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const centres = Float32Array.from({ length: (payload[0] ?? 0) + 1 }, (_, at) =>
    view.getFloat32(HEADER_BYTES + BYTES_PER_CENTRE * at, true),
  );
  const codes = payload.subarray(HEADER_BYTES + BYTES_PER_CENTRE * centres.length);
  return { centres, exponent: view.getInt16(EXPONENT_AT, true), codes };
}

function defectOf(payload: Uint8Array, length: number, bits: number, kernels: VectorKernels): string | null {
  if (length === 0) return lengthDefect(payload, 0);
  const [last] = payload;
  if (last === undefined) return "the update says nothing about its centres";
  const count = last + 1;
  if (count > 1 << bits) return `the update has ${count} centres, expected at most ${1 << bits}`;
  const framing = lengthDefect(payload, messageBytes(count, length));
  if (framing !== null) return framing;
  const { centres, exponent, codes } = partsOf(payload);
  return exponentDefect(exponent) ?? centreDefect(centres) ?? codeDefect(codes, length, count, kernels);
}

function centreDefect(centres: Float32Array): string | null {
  if (!centres.every(Number.isFinite)) return "the update holds numbers that are not finite";
  const wrong = centres.find((centre) => Math.abs(centre) >= CENTRES_BELOW);
  return wrong === undefined ? null : `the update has the centre ${wrong}, expected one below ${CENTRES_BELOW}`;
}

function codeDefect(codes: Uint8Array, length: number, centres: number, kernels: VectorKernels): string | null {
  const width = widthOf(centres);
  // Where there are as many centres as codes, no code is wrong.
  const numbers = centres === 1 << width ? [] : unpackAll(codes, length, width, kernels);
  const wrong = numbers.findIndex((code) => code >= centres);
  if (wrong >= 0) return `number ${wrong} of the update is centre ${numbers[wrong]}, and there are ${centres}`;
  return isPaddedWithZeros(codes, length, width) ? null : "the update has bits behind its last number";
}
