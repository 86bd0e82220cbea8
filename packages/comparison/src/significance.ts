/**
 * Whether differences of two arms on the same seeds are more than chance, and how many such questions were asked.
 *
 * For differences d_1 … d_n with mean d̄ and standard deviation s, p is the chance that arms which do not differ are so far apart:
 *
 *     t test:     p = P(|T| ≥ |d̄| · √n / s) for T with n − 1 degrees of freedom
 *     sign test:  p = min(1, 2 · P(B ≤ k)),   B binomial of m trials at 1/2
 *
 * where m differences are not 0, and k of them have the rarer sign. At best p = 2 · 0.5^n. Of m values of p in rising order
 * p_(1) … p_(m) the corrected ones are max over j ≤ i of min(1, (m − j + 1) · p_(j)).
 *
 * Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.
 * McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
 * Psychometrika 12, 1947. https://doi.org/10.1007/BF02295996
 *
 * Trust: seeds are independent; the t test takes differences to be about normal.
 *
 * @module
 */
import { deviationOf, meanOf, withinProbability } from "./statistics.ts";

/** The chance that an arm which is worse by no score loses by one all the same. */
export const SIGNIFICANCE_LEVEL = 0.05;

/** On fewer seeds nothing is decided. */
export const SEEDS_TO_DECIDE = 3;

/** Differences that spread by less than this share of their mean are the same number, but for rounding. */
const SAME_SHARE = 1e-9;

/** The p of the t test, or of the sign test where all differences are the same; 1 of fewer than {@link SEEDS_TO_DECIDE}. */
export function differenceProbability(differences: readonly number[]): number {
  const deviation = deviationOf(differences);
  if (deviation === null || differences.length < SEEDS_TO_DECIDE) return 1;
  if (areTheSame(differences)) return signProbability(differences);
  const mean = Math.abs(meanOf(differences));
  return 1 - withinProbability((mean * Math.sqrt(differences.length)) / deviation, differences.length - 1);
}

/** Whether differences are one and the same number, but for rounding. */
export function areTheSame(differences: readonly number[]): boolean {
  const deviation = deviationOf(differences);
  return deviation !== null && deviation <= SAME_SHARE * Math.abs(meanOf(differences));
}

/** The p of the sign test where one arm is better on each of so many seeds: the smallest that it can have. */
export function agreeingProbability(seeds: number): number {
  return Math.min(1, 2 * 0.5 ** seeds);
}

/** The p of the exact sign test, of 0/1 differences that of McNemar; 1 of fewer than {@link SEEDS_TO_DECIDE} differences. */
export function signProbability(differences: readonly number[]): number {
  if (differences.length < SEEDS_TO_DECIDE) return 1;
  const above = differences.filter((difference) => difference > 0).length;
  const below = differences.filter((difference) => difference < 0).length;
  return Math.min(1, 2 * binomialUpTo(Math.min(above, below), above + below));
}

/** P(B ≤ k) for B binomial of `trials` at 1/2: the terms of (1/2 + 1/2)^trials, one from another. */
function binomialUpTo(k: number, trials: number): number {
  let term = 0.5 ** trials;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= (trials - i + 1) / i;
    sum += term;
  }
  return sum;
}

/** Holm's correction of values of p, in their order: those that stay at or below a level are decided at it, all together. */
export function corrected(probabilities: readonly number[]): readonly number[] {
  const rising = probabilities
    .map((probability, at) => ({ probability, at }))
    .sort((a, b) => a.probability - b.probability);
  const result = new Map<number, number>();
  let largest = 0;
  for (const [rank, { probability, at }] of rising.entries()) {
    largest = Math.max(largest, Math.min(1, (probabilities.length - rank) * probability));
    result.set(at, largest);
  }
  return probabilities.map((_, at) => result.get(at) ?? 1);
}
