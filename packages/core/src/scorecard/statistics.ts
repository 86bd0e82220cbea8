/**
 * The few statistics that scores are made of.
 *
 * @module
 */

/**
 * Jain's fairness index (Σ x)² / (n Σ x²) of shares x ≥ 0: 1 when all are equal, 1/n when one has everything; null
 * where there is nothing to share. Jain, Chiu, Hawe, "A quantitative measure of fairness and discrimination for resource
 * allocation in shared computer systems", DEC-TR-301, 1984. https://arxiv.org/abs/cs/9809099
 */
export function jainIndex(shares: readonly number[]): number | null {
  const sum = total(shares);
  const squares = total(shares.map((x) => x * x));
  return squares === 0 ? null : (sum * sum) / (shares.length * squares);
}

/** Half the sum of absolute differences of two distributions: 0 when equal, 1 when disjoint. */
export function totalVariation(p: readonly number[], q: readonly number[]): number {
  return total(p.map((x, i) => Math.abs(x - (q[i] ?? 0)))) / 2;
}

/** `values` divided by their sum; all zero when the sum is. */
export function normalised(values: readonly number[]): readonly number[] {
  const sum = total(values);
  return values.map((x) => (sum === 0 ? 0 : x / sum));
}

/** Σ x */
export function total(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0);
}

/** The mean, or null of nothing. */
export function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : total(values) / values.length;
}

/** The standard deviation over a whole population, or null of nothing. */
export function standardDeviation(values: readonly number[]): number | null {
  const centre = average(values);
  return centre === null ? null : Math.sqrt(total(values.map((x) => (x - centre) * (x - centre))) / values.length);
}

/** The mean of the lowest tenth of the values, of one value at least; null of nothing. */
export function worstDecile(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return average(sorted.slice(0, Math.max(1, Math.floor(sorted.length / 10))));
}

/** The smallest value that at least `share` of the counted observations do not exceed; null of nothing. */
export function quantile(counts: ReadonlyMap<number, number>, share: number): number | null {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const wanted = share * total(sorted.map(([, count]) => count));
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= wanted) return value;
  }
  return null;
}
