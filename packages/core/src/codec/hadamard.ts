/**
 * The Walsh–Hadamard transform.
 *
 * @module
 */

/** The smallest power of two that is no less than `length`; 1 for 0. */
export function paddedLength(length: number): number {
  let padded = 1;
  while (padded < length) padded *= 2;
  return padded;
}

/**
 * y ← H y in place, for a length D that is a power of two: H_ij = (−1)^(bits that i and j have in common), H H = D · I.
 * D log₂ D additions, in a fixed order.
 */
export function hadamard(y: Float64Array): void {
  for (let half = 1; half < y.length; half *= 2) {
    for (let start = 0; start < y.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const a = y[i] as number;
        const b = y[i + half] as number;
        y[i] = a + b;
        y[i + half] = a - b;
      }
    }
  }
}
