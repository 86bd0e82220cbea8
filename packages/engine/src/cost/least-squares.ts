/**
 * Non-negative least squares by coordinate descent: the x ≥ 0 with the smallest ‖A·x − 1‖².
 *
 * @module
 */

/** How often each coordinate is moved to where it fits best; the rest changes less than measurements do. */
const SWEEPS = 4000;

/** The x ≥ 0 with which the products of the `rows` and x come closest to 1, one number for each column. */
export function leastSquares(rows: readonly (readonly number[])[]): readonly number[] {
  const columns = (rows[0] ?? []).map((_, column) => Float64Array.from(rows, (row) => row[column] ?? 0));
  const squares = columns.map((column) => column.reduce((sum, value) => sum + value * value, 0));
  const x = columns.map(() => 0);
  const residuals = new Float64Array(rows.length).fill(1);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    columns.forEach((column, at) => {
      const before = x[at] ?? 0;
      const after = moved(before, column, squares[at] ?? 0, residuals);
      if (after === before) return;
      for (let row = 0; row < residuals.length; row++) {
        residuals[row] = (residuals[row] as number) - (after - before) * (column[row] as number);
      }
      x[at] = after;
    });
  }
  return x;
}

/** Where one coordinate fits best, all others staying as they are. */
function moved(before: number, column: Float64Array, square: number, residuals: Float64Array): number {
  if (square === 0) return 0;
  let slope = 0;
  for (let row = 0; row < column.length; row++) slope += (column[row] as number) * (residuals[row] as number);
  return Math.max(0, before + slope / square);
}
