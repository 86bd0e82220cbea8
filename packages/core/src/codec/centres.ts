/**
 * A codebook for numbers: k-means in one dimension.
 *
 * Sorted numbers are cut into stretches, and each counts as the mean of its stretch: what is lost is
 *
 *     Σ_i (x_i − c(x_i))² = ‖x‖² − Σ_j n_j c_j²
 *
 * Lloyd's rule moves each cut to the middle between two means and takes the means again, which never loses more. With the sums
 * of all first numbers at hand a round costs O(k log d) for k stretches of d numbers.
 *
 * n_j, c_j: how many numbers stretch j has, and their mean.
 *
 * @module
 */

/** How often the cuts move at most. */
const ROUNDS = 200;

/** Numbers in ascending order. */
export interface Sorted {
  readonly values: Float32Array;
  /** Number i is the sum of the first i values. */
  readonly sums: Float64Array;
}

/** Means of stretches, ascending, and Σ n_j c_j². */
export interface Codebook {
  readonly centres: readonly number[];
  readonly kept: number;
}

/** Finite numbers, sorted; they are copied. */
export function sorted(x: Float32Array): Sorted {
  const values = x.slice().sort();
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0);
  return { values, sums };
}

/** The codebook that Lloyd's rule comes to from stretches that begin at `starts`, whole numbers that do not descend. */
export function codebookFrom(numbers: Sorted, starts: readonly number[]): Codebook {
  let codebook = meansBetween(numbers, starts);
  for (let round = 0; round < ROUNDS; round++) {
    const { centres } = codebook;
    const next = meansBetween(
      numbers,
      middles(centres).map((middle) => firstAtLeast(numbers.values, middle)),
    );
    if (next.kept <= codebook.kept) return codebook;
    codebook = next;
  }
  return codebook;
}

/** The means of the stretches that begin at 0 and at `starts`; empty ones are left out. */
function meansBetween({ values, sums }: Sorted, starts: readonly number[]): Codebook {
  const centres: number[] = [];
  let [from, kept] = [0, 0];
  for (const to of [...starts, values.length]) {
    if (to === from) continue;
    const total = (sums[to] ?? 0) - (sums[from] ?? 0);
    centres.push(total / (to - from));
    kept += (total * total) / (to - from);
    from = to;
  }
  return { centres, kept };
}

/** Half-way between neighbours. */
export function middles(centres: readonly number[]): readonly number[] {
  return centres.slice(1).map((centre, at) => (centre + (centres[at] ?? 0)) / 2);
}

/** The index of the first of ascending values that is at least `bound`; their number where none is. */
export function firstAtLeast(values: ArrayLike<number>, bound: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((values[middle] ?? 0) < bound) from = middle + 1;
    else to = middle;
  }
  return from;
}
