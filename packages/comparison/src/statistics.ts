/**
 * Statistics of few values: means, spreads, and paired differences with the interval of Student's t.
 *
 * For differences d_1 … d_n of two arms on the same n seeds, with mean d̄ and standard deviation s, the interval is
 *
 *     d̄ ± t(n − 1) · s / √n,     P(|T| ≤ t(ν)) = 0.95 for T with ν degrees of freedom
 *
 * Student, "The probable error of a mean", Biometrika 6, 1908. https://doi.org/10.1093/biomet/6.1.1
 *
 * Trust: the differences are taken to be independent and about normal. With few seeds nothing can test that.
 *
 * @module
 */
import { invariant } from "@potluck/core";

/** The share of intervals that hold the true difference. */
const CONFIDENCE = 0.95;

/** The mean of values, of which there is one at least. */
export function meanOf(values: readonly number[]): number {
  invariant(values.length > 0, "a value to average");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation of a sample, with n − 1; null of fewer than two values. */
export function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) * (value - centre), 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** By how much an arm differs from another one on the same seeds. */
export interface Difference {
  readonly mean: number;
  /** How many seeds it is over, ≥ 1. */
  readonly pairs: number;
  /** The ends of the 95 % interval; null of a single pair. */
  readonly low: number | null;
  readonly high: number | null;
}

/** The mean of `values[i] − others[i]`, i running over the seeds, with its interval. */
export function pairedDifference(values: readonly number[], others: readonly number[]): Difference {
  invariant(values.length === others.length, "as many values of one arm as of the other");
  const differences = values.map((value, at) => value - (others[at] ?? Number.NaN));
  const pairs = differences.length;
  const mean = meanOf(differences);
  const deviation = deviationOf(differences);
  if (deviation === null) return { mean, pairs, low: null, high: null };
  const half = (studentQuantile(pairs - 1) * deviation) / Math.sqrt(pairs);
  return { mean, pairs, low: mean - half, high: mean + half };
}

/** Bisections until the quantile does not change any more. */
const BISECTIONS = 100;

/** The t with P(|T| ≤ t) = 0.95 for `freedom` ≥ 1 degrees of freedom: 12.706 for 1, 2.776 for 4, towards 1.960. */
export function studentQuantile(freedom: number): number {
  invariant(Number.isInteger(freedom) && freedom >= 1, `whole degrees of freedom ≥ 1, got ${freedom}`);
  let [low, high] = [0, 20];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (withinProbability(middle, freedom) < CONFIDENCE) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * P(|T| ≤ t) for whole degrees of freedom ν, with θ = arctan(t / √ν): a finite sum of powers of cos θ. Abramowitz,
 * Stegun, "Handbook of mathematical functions", 1964, 26.7.3 and 26.7.4.
 */
export function withinProbability(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const squaredCosine = Math.cos(angle) ** 2;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (squaredCosine * (k - 1)) / k;
    sum += term;
  }
  const product = Math.sin(angle) * sum;
  return isOdd ? (2 / Math.PI) * (angle + product) : product;
}
