/**
 * Draws: what a random key can be turned into. Every draw here is the same to the last bit in every JavaScript
 * engine, because it uses integer arithmetic, + − × ÷ √ and the portable logarithm only.
 *
 * @module
 */
import { exp, log } from "./elementary.ts";
import { invariant } from "./invariant.ts";
import { firstWords, fold, type Key, wordStream } from "./key.ts";

/** A stream of numbers drawn one after another under one key. */
export type Stream = () => number;

/** Uniform numbers strictly inside (0, 1): odd multiples of 2^-53, each with 52 random bits. */
export function uniformStream(key: Key): Stream {
  const word = wordStream(key);
  return () => {
    const one = word();
    return uniformFrom(one, word());
  };
}

/** The first number of {@link uniformStream}, for draws of one number: without the stream. */
export function uniformOf(key: Key): number {
  const { high, low } = firstWords(key);
  return uniformFrom(high, low);
}

/** The first number of {@link normalStream}. */
export function normalOf(key: Key): number {
  return normalQuantile(uniformOf(key));
}

/** Two random words make a uniform number. */
function uniformFrom(one: number, other: number): number {
  return ((one >>> 6) * 2 ** 26 + (other >>> 6) + 0.5) * 2 ** -52;
}

/** Whole numbers uniform in [0, bound), without modulo bias. `bound` is a whole number in [1, 2^32]. */
export function integerStream(key: Key): (bound: number) => number {
  const word = wordStream(key);
  return (bound) => {
    invariant(Number.isInteger(bound) && bound >= 1 && bound <= 2 ** 32, `a bound in [1, 2^32], got ${bound}`);
    const accepted = 2 ** 32 - (2 ** 32 % bound);
    let candidate = word();
    while (candidate >= accepted) candidate = word();
    return candidate % bound;
  };
}

/** Standard normal numbers: the inverse of the normal distribution function applied to uniform ones. */
export function normalStream(key: Key): Stream {
  const uniform = uniformStream(key);
  return () => normalQuantile(uniform());
}

/** A vector of `length` independent standard normal numbers. */
export function normals(key: Key, length: number): Float64Array {
  return Float64Array.from({ length }, normalStream(key));
}

/** A vector of `length` independent signs, each −1 or +1 with probability ½. */
export function rademachers(key: Key, length: number): Float32Array {
  const word = wordStream(key);
  const signs = new Float32Array(length);
  for (let at = 0; at < length; at += 32) {
    const random = word();
    const end = Math.min(at + 32, length);
    for (let i = at; i < end; i++) signs[i] = (random >>> (i - at)) & 1 ? 1 : -1;
  }
  return signs;
}

/** The signs of {@link rademachers} one after another, without a vector of them. */
export function signStream(key: Key): Stream {
  const word = wordStream(key);
  let bits = 0;
  let left = 0;
  return () => {
    if (left === 0) bits = word();
    left = left === 0 ? 31 : left - 1;
    const sign = bits & 1 ? 1 : -1;
    bits >>>= 1;
    return sign;
  };
}

/** The numbers 0 … length − 1 in random order (Fisher and Yates). */
export function permutation(key: Key, length: number): Uint32Array {
  const below = integerStream(key);
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  for (let last = length - 1; last > 0; last--) {
    const other = below(last + 1);
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}

/**
 * Gamma(shape, 1) numbers, shape > 0, by the squeeze-free form of Marsaglia and Tsang, "A simple method for
 * generating gamma variables", ACM TOMS 26(3), 2000, https://doi.org/10.1145/358407.358414; for shape < 1 the
 * draw at shape + 1 is multiplied by U^(1/shape). May underflow to 0 for very small shapes.
 */
export function gammaStream(key: Key): (shape: number) => number {
  const uniform = uniformStream(key);
  const above1 = (shape: number): number => {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normalQuantile(uniform());
      const t = 1 + c * x;
      const v = t * t * t;
      const u = uniform();
      if (v > 0 && log(u) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
    }
  };
  return (shape) => {
    invariant(shape > 0, `a gamma shape above 0, got ${shape}`);
    return shape >= 1 ? above1(shape) : above1(shape + 1) * exp(log(uniform()) / shape);
  };
}

/** Probabilities of length `size` drawn from the symmetric Dirichlet distribution with concentration `alpha` > 0. */
export function dirichlet(key: Key, alpha: number, size: number): Float64Array {
  const gamma = gammaStream(key);
  const weights = Float64Array.from({ length: size }, () => gamma(alpha));
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (total > 0) return weights.map((w) => w / total);
  // Every draw underflowed: the limit of alpha → 0 is a single corner, each as likely as the others.
  weights[integerStream(fold(key, "corner"))(size)] = 1;
  return weights;
}

/**
 * The normal quantile Φ⁻¹(p) for p in (0, 1), relative accuracy about 1e-16: algorithm AS 241 (PPND16),
 * Wichura, "The percentage points of the normal distribution", Applied Statistics 37(3), 1988,
 * https://doi.org/10.2307/2347330.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_ABOVE, r)) / polynomial(CENTRE_BELOW, r);
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const tail =
    r <= 5
      ? polynomial(MIDDLE_ABOVE, r - 1.6) / polynomial(MIDDLE_BELOW, r - 1.6)
      : polynomial(FAR_ABOVE, r - 5) / polynomial(FAR_BELOW, r - 5);
  return q < 0 ? -tail : tail;
}

/** Σ c_k r^k by Horner's rule. */
function polynomial(coefficients: readonly number[], r: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * r + (coefficients[k] ?? 0);
  return sum;
}

// Coefficients of AS 241, lowest power first.
const CENTRE_ABOVE = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
  67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
] as const;
const CENTRE_BELOW = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
  28729.085735721942674, 5226.495278852854561,
] as const;
const MIDDLE_ABOVE = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
  0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
] as const;
const MIDDLE_BELOW = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
  0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
] as const;
const FAR_ABOVE = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093,
  0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
] as const;
const FAR_BELOW = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
] as const;
