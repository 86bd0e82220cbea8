/**
 * The contract of the hot loops over vectors, and its plain TypeScript form.
 *
 * Two implementations exist: the plain one below, which runs anywhere, and WebAssembly SIMD in `@potluck/kernels`.
 * They MUST agree to the last bit, so that it never matters to a result which of them ran; only the bits of a NaN are
 * left open, as in the language. Sums are in float64 and in the order stated here.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";
import { type Pack, plainPack, plainUnpack, type Unpack } from "./packing.ts";
import { plainQuantise, type Quantise } from "./quantise.ts";
import { plainSelect, type Select } from "./select.ts";

/** What {@link VectorKernels.inspect} reports of a vector. */
export interface Inspection {
  /** Σ x², in float64. Infinite or NaN exactly when an element is. */
  readonly squaredNorm: number;
  /** Whether every element is a finite number. */
  readonly finite: boolean;
}

/** One term of a weighted sum: weight · x. */
export interface WeightedVector {
  readonly x: Float32Array;
  readonly weight: number;
}

/**
 * The hot loops. Vectors that meet must have equal lengths; anything else is a bug and throws before a number has
 * changed. They must not overlap in memory, except that y and x of {@link axpy} may be the same vector.
 */
export interface VectorKernels {
  readonly name: "plain" | "wasm-simd";
  /**
   * A new vector of `length` zeros, placed where {@link accumulate} is fastest. It is an ordinary array otherwise, but
   * its buffer may be larger than it and refuse to be transferred to another thread: send a copy.
   */
  readonly zeros: (length: number) => Float64Array;
  /** sum ← sum + weight · x, products and sums in float64. */
  readonly accumulate: (sum: Float64Array, x: Float32Array, weight: number) => void;
  /** Accumulates `terms` one after another, to the same bits as one by one, in fewer passes over `sum`. */
  readonly accumulateAll: (sum: Float64Array, terms: readonly WeightedVector[]) => void;
  /** y ← y + a · x, computed in float64 and rounded to float32 once per element. */
  readonly axpy: (y: Float32Array, a: number, x: Float32Array) => void;
  /** Norm and finiteness in one pass. Element i goes to partial sum i mod 4; then (s0 + s2) + (s1 + s3). */
  readonly inspect: (x: Float32Array) => Inspection;
  /** Stochastic rounding to levels, as said in quantise.ts. There is a scale for each bucket and a code for each number. */
  readonly quantise: Quantise;
  /** Whole numbers of a few bits together in bytes, and apart again, as said in packing.ts. */
  readonly pack: Pack;
  readonly unpack: Unpack;
  /** The numbers of a difference that are larger than some magnitude, as said in select.ts. */
  readonly select: Select;
}

/** The hot loops in plain TypeScript. */
export const plainKernels: VectorKernels = {
  name: "plain",
  zeros: (length) => new Float64Array(length),
  accumulate,
  accumulateAll: (sum, terms) => {
    for (const { x } of terms) sameLength(sum, x);
    for (const { x, weight } of terms) accumulate(sum, x, weight);
  },
  axpy: (y, a, x) => {
    sameLength(y, x);
    for (let i = 0; i < x.length; i++) y[i] = (y[i] as number) + a * (x[i] as number);
  },
  inspect: (x) => {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const whole = x.length - (x.length % 4);
    for (let i = 0; i < whole; i += 4) {
      s0 += (x[i] as number) * (x[i] as number);
      s1 += (x[i + 1] as number) * (x[i + 1] as number);
      s2 += (x[i + 2] as number) * (x[i + 2] as number);
      s3 += (x[i + 3] as number) * (x[i + 3] as number);
    }
    if (whole < x.length) s0 += (x[whole] as number) * (x[whole] as number);
    if (whole + 1 < x.length) s1 += (x[whole + 1] as number) * (x[whole + 1] as number);
    if (whole + 2 < x.length) s2 += (x[whole + 2] as number) * (x[whole + 2] as number);
    const squaredNorm = s0 + s2 + (s1 + s3);
    return { squaredNorm, finite: Number.isFinite(squaredNorm) };
  },
  quantise: plainQuantise,
  pack: plainPack,
  unpack: plainUnpack,
  select: plainSelect,
};

function accumulate(sum: Float64Array, x: Float32Array, weight: number): void {
  sameLength(sum, x);
  for (let i = 0; i < x.length; i++) sum[i] = (sum[i] as number) + weight * (x[i] as number);
}

/** Throws unless both vectors have the same number of elements. */
export function sameLength(a: ArrayLike<number>, b: ArrayLike<number>): void {
  invariant(a.length === b.length, `vectors of equal length, got ${a.length} and ${b.length}`);
}
