/**
 * What numbers spread over, for tests of devices that are drawn.
 *
 * @module
 */
/** The median of `values`, and the standard deviation of their logarithms as their middle 68% have it. */
export function medianAndSpread(values: readonly number[]): { readonly median: number; readonly spread: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
  // Φ(1) = 0.8413
  return { median: at(0.5), spread: Math.log(at(0.8413) / at(0.1587)) / 2 };
}
