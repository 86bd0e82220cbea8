/**
 * The optimum of weighted quadratics, in closed form. Each row r tells one coordinate j(r) through its one feature f_r
 * that is not 0, and has the number t_r to predict. A linear model x without intercept has the loss (f_r x_j − t_r)² on it,
 * so that for parts k of n_k rows and weights w_k
 *
 *     argmin Σ_k w_k F_k(x):   x_j = Σ_k (w_k / n_k) Σ_{r ∈ k, j(r) = j} f_r t_r  ÷  Σ_k (w_k / n_k) Σ_{r ∈ k, j(r) = j} f_r²
 *
 * whatever rows the parts hold. It is computed in float64 from the features as they are stored.
 *
 * @module
 */
import { type Examples, invariant } from "@potluck/core";
import type { WeightedRows } from "./source.ts";

/** Σ w f t and Σ w f² of each coordinate. */
interface Sums {
  readonly products: Float64Array;
  readonly squares: Float64Array;
}

/**
 * The optimum for weighted parts of the examples of `quadratics`; null where no row that counts tells some coordinate.
 */
export function quadraticOptimum(examples: Examples, parts: readonly WeightedRows[]): Float64Array | null {
  const [dimensions = 0] = examples.shape;
  const sums: Sums = { products: new Float64Array(dimensions), squares: new Float64Array(dimensions) };
  for (const { rows, weight } of parts) {
    for (const row of rows) addRow(sums, examples, { row, weight: weight / rows.length });
  }
  const { products, squares } = sums;
  return squares.every((square) => square > 0) ? products.map((sum, j) => sum / (squares[j] ?? 1)) : null;
}

function addRow(
  { products, squares }: Sums,
  { features, scale, targets, shape: [dimensions = 0] }: Examples,
  { row, weight }: { readonly row: number; readonly weight: number },
): void {
  const own = features.subarray(row * dimensions, (row + 1) * dimensions);
  const j = own.findIndex((feature) => feature !== 0);
  invariant(j >= 0 && targets !== undefined, `row ${row} tells a coordinate by a number to predict`);
  const feature = scale * (own[j] ?? 0);
  products[j] = (products[j] ?? 0) + weight * feature * (targets.values[row] ?? 0);
  squares[j] = (squares[j] ?? 0) + weight * feature * feature;
}
