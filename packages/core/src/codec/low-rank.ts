/**
 * A matrix as the product of a tall and a wide one (low rank, by power iteration).
 *
 *     Q ~ N(0, 1)^{n × r} from the key
 *     P ← orthonormal columns of M Q,   Q ← Mᵀ P                 as often as `iterations` says
 *     C(M) = P Qᵀ = P Pᵀ M
 *
 * M is the tensor as m × n, the first dimension against all others; where there is no more than one dimension, or none is known, the vector as rows of ⌈√d⌉ numbers, filled up
 * with zeros. A message has an exponent for all of Q, int16, then the r (m + n) numbers of P and Q as float32. Where that is no less than m n, it is the
 * numbers as they are. It is contractive, on average over the key, with
 *
 *     δ = r / min(m, n)
 *
 * for the directions that P keeps are those of M Q, which have the more of M's energy the larger its singular values are, and so no less than the mean. More iterations keep more of it.
 *
 * Vogels, Karimireddy, Jaggi, "PowerSGD: practical low-rank gradient compression for distributed optimization", NeurIPS 2019.
 * https://arxiv.org/abs/1905.13727
 *
 * Differs: there Q goes on from the one of the last message, and P is averaged over all workers before Q is made, which takes two exchanges; here each message stands for
 * itself, and iterations take the place of what the last Q knew. Codecs keep nothing from one message to the next (feedback does, for codecs of any kind), and of an update that has nothing to
 * do with the last Q nothing would arrive: no δ > 0 could be declared, on which feedback relies.
 *
 * Pitfall: it is biased; it needs error feedback. Over the whole model at once the matrix means nothing: use it in `per-layer`.
 *
 * Trust: nothing beyond what any codec does.
 *
 * @module
 */
import { normals } from "../base/draws.ts";
import type { Key } from "../base/key.ts";
import { BYTES_PER_FLOAT, floatsIn } from "../params/floats-in.ts";
import type { Layout } from "../params/layout.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Codec, Scheme } from "./codec.ts";
import { ofDifferences } from "./differences.ts";
import { binaryExponent, powerOfTwo } from "./exponent.ts";
import { floats } from "./floats.ts";
import { inFront } from "./spending.ts";
import { lengthDefect } from "./length-defect.ts";

/** Options of {@link lowRank}. */
export interface LowRankOptions {
  /** r: a whole number ≥ 1; 2 by default. */
  readonly rank?: number;
  /** Power iterations, a whole number in [1, 10]; 1 by default. */
  readonly iterations?: number;
}

/** The codec `low-rank`. Throws Fault "option-invalid". */
export const lowRank: PartFactory<LowRankOptions, Codec> = definePart<LowRankOptions, Codec>({
  room: "codec",
  name: "low-rank",
  about: "A matrix as the product of a tall and a wide one, found by power iteration.",
  fights: ["bottleneck"],
  paper: {
    authors: "Vogels, Karimireddy, Jaggi",
    title: "PowerSGD: practical low-rank gradient compression for distributed optimization",
    venue: "NeurIPS 2019",
    link: "https://arxiv.org/abs/1905.13727",
  },
  options: {
    rank: { kind: "number", integer: true, minimum: 1, default: 2, about: "r: columns of each of the two matrices" },
    iterations: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 10,
      default: 1,
      about: "power iterations: more keep more of the matrix, at the client's cost",
    },
  },
  make: (options) => ({
    ...ofDifferences(schemeOf(options, null)),
    for: ({ layout }) => ofDifferences(schemeOf(options, shapeOf(layout))),
  }),
});

/** m × n. */
interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/** The shape of the only tensor of a layout as a matrix; null where there is none, or another number of tensors. */
function shapeOf(layout: Layout): Shape | null {
  const [tensor, ...more] = layout;
  if (tensor === undefined || more.length > 0 || tensor.shape.length < 2 || tensor.length === 0) return null;
  const [rows = 1] = tensor.shape;
  return { rows, columns: tensor.length / rows };
}

function squareOf(length: number): Shape {
  const columns = Math.max(1, Math.ceil(Math.sqrt(length)));
  return { rows: Math.ceil(length / columns), columns };
}

const EXPONENT_BYTES = 2;
function schemeOf({ rank, iterations }: Required<LowRankOptions>, known: Shape | null): Scheme {
  const shape = (length: number): Shape => known ?? squareOf(length);
  const sent = ({ rows, columns }: Shape): number => rank * (rows + columns);
  const isDense = (length: number): boolean => sent(shape(length)) >= length;
  return {
    guarantee: {
      kind: "contractive",
      contraction: (length) => {
        const { rows, columns } = shape(length);
        return isDense(length) ? 1 : Math.min(1, rank / Math.min(rows, columns));
      },
    },
    isLinear: false,
    spent: (payload, length) => inFront("scales", isDense(length) ? 0 : EXPONENT_BYTES, payload),
    encode: (x, key, kernels) => {
      if (isDense(x.length)) return floats.encode(x, key, kernels);
      return written(factors(x, shape(x.length), { rank, iterations, key }));
    },
    defect: (payload, length) => {
      if (isDense(length)) return floats.defect(payload, length);
      return factorsDefect(payload, sent(shape(length)));
    },
    accumulate: (payload, target) => {
      if (isDense(target.sum.length)) floats.accumulate(payload, target);
      else addProduct(payload, target, { ...shape(target.sum.length), rank });
    },
  };
}

/** P and Q: r columns of m numbers, and r columns of n. */
interface Factors {
  readonly p: Float32Array;
  readonly q: Float64Array;
}

function factors(
  x: Float32Array,
  { rows, columns }: Shape,
  { rank, iterations, key }: Required<LowRankOptions> & { readonly key: Key },
): Factors {
  let q = normals(key, rank * columns);
  let p = new Float32Array(rank * rows);
  for (let iteration = 0; iteration < iterations; iteration++) {
    p = Float32Array.from(orthonormal(timesMatrix(x, q, { rows, columns, rank }), rows));
    q = timesTransposed(x, p, { rows, columns, rank });
  }
  return { p, q };
}

/** M Q, column after column. */
function timesMatrix(
  x: Float32Array,
  q: Float64Array,
  { rows, columns, rank }: Shape & { readonly rank: number },
): Float64Array {
  const product = new Float64Array(rank * rows);
  for (let column = 0; column < rank; column++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += (x[row * columns + j] ?? 0) * (q[column * columns + j] ?? 0);
      product[column * rows + row] = sum;
    }
  }
  return product;
}

/** Mᵀ P, column after column. */
function timesTransposed(
  x: Float32Array,
  p: Float32Array,
  { rows, columns, rank }: Shape & { readonly rank: number },
): Float64Array {
  const product = new Float64Array(rank * columns);
  for (let column = 0; column < rank; column++) {
    const own = product.subarray(column * columns, (column + 1) * columns);
    for (let row = 0; row < rows; row++) {
      const factor = p[column * rows + row] ?? 0;
      for (let j = 0; j < columns; j++) own[j] = (own[j] ?? 0) + factor * (x[row * columns + j] ?? 0);
    }
  }
  return product;
}

/** A column that is left with less than this of its length was a mixture of those before it. */
const MIXTURE = 1e-6;

/** The columns made orthonormal, one after another (Gram–Schmidt, twice for each); what is a mixture of others becomes 0. */
function orthonormal(matrix: Float64Array, rows: number): Float64Array {
  for (let start = 0; start < matrix.length; start += rows) {
    const column = matrix.subarray(start, start + rows);
    const before = lengthOf(column);
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < start; other += rows) {
        takeAway(column, matrix.subarray(other, other + rows));
      }
    }
    const after = lengthOf(column);
    const factor = after > MIXTURE * before ? 1 / after : 0;
    for (let i = 0; i < rows; i++) column[i] = (column[i] ?? 0) * factor;
  }
  return matrix;
}

function lengthOf(column: Float64Array): number {
  return Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));
}

/** column ← column − ⟨column, unit⟩ unit */
function takeAway(column: Float64Array, unit: Float64Array): void {
  let product = 0;
  for (let i = 0; i < column.length; i++) product += (column[i] ?? 0) * (unit[i] ?? 0);
  for (let i = 0; i < column.length; i++) column[i] = (column[i] ?? 0) - product * (unit[i] ?? 0);
}

function written({ p, q }: Factors): Uint8Array {
  const largest = largestOf(q);
  const exponent = largest === 0 ? 0 : 1 + binaryExponent(largest);
  const factor = powerOfTwo(-exponent);
  const numbers = new Float32Array(p.length + q.length);
  numbers.set(p);
  numbers.set(
    q.map((value) => value * factor),
    p.length,
  );
  const message = new Uint8Array(EXPONENT_BYTES + numbers.byteLength);
  new DataView(message.buffer).setInt16(0, exponent, true);
  message.set(new Uint8Array(numbers.buffer), EXPONENT_BYTES);
  return message;
}

function largestOf(q: Float64Array): number {
  return q.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

function factorsDefect(payload: Uint8Array, count: number): string | null {
  const framing = lengthDefect(payload, EXPONENT_BYTES + BYTES_PER_FLOAT * count);
  if (framing !== null) return framing;
  const exponent = new DataView(payload.buffer, payload.byteOffset).getInt16(0, true);
  if (Math.abs(exponent) > LARGEST_EXPONENT) return `the update has the exponent ${exponent}, expected less`;
  const largest = floatsIn(payload.slice(EXPONENT_BYTES)).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest <= LARGEST_FACTOR ? null : "the update has factors that are larger than its exponent says";
}

/** Numbers of Q are at most as long as all of x, and at least as a product of two of the smallest numbers: 2^±298. */
const LARGEST_EXPONENT = 300;

/** Columns of P have the length 1, and numbers of Q are at most 1 under their exponent, but for rounding. */
const LARGEST_FACTOR = 1.001;

function addProduct(
  payload: Uint8Array,
  { sum, weight }: { readonly sum: Float64Array; readonly weight: number },
  { rows, columns, rank }: Shape & { readonly rank: number },
): void {
  const exponent = new DataView(payload.buffer, payload.byteOffset).getInt16(0, true);
  const numbers = floatsIn(payload.slice(EXPONENT_BYTES));
  const scale = weight * powerOfTwo(exponent);
  const q = numbers.subarray(rank * rows);
  for (let column = 0; column < rank; column++) {
    for (let row = 0; row < rows; row++) {
      const factor = scale * (numbers[column * rows + row] ?? 0);
      const end = Math.min(columns, sum.length - row * columns);
      for (let j = 0; j < end; j++) {
        sum[row * columns + j] = (sum[row * columns + j] ?? 0) + factor * (q[column * columns + j] ?? 0);
      }
    }
  }
}
