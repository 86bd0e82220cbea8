/**
 * The shortest solution of a linear system with more unknowns than equations.
 *
 * @module
 */
import { present } from "../base/invariant.ts";

/** Pivots that are smaller than this share of their column count as zero: the equations depend on each other. */
const SMALLEST_PIVOT = 1e-10;

/**
 * The shortest x with Σ_i x_i · rows_i = target, or null where there is none or it cannot be told from rounding.
 *
 * @param rows - p vectors as long as `target`, p unknowns; not changed
 * @param target - k numbers
 */
export function leastNorm(rows: readonly Float64Array[], target: readonly number[]): Float64Array | null {
  const equations = target.length;
  if (rows.length < equations) return null;
  // Column j of the system, over the unknowns, made orthogonal to those before it: columns = q · r.
  const q: Float64Array[] = [];
  const y = new Float64Array(equations);
  for (let j = 0; j < equations; j++) {
    const column = Float64Array.from(rows, (row) => row[j] as number);
    const size = lengthOf(column);
    const along = new Float64Array(j);
    // Twice, since the first pass leaves rounding errors behind.
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < j; i++) along[i] = (along[i] as number) + removeAlong(column, present(q[i], "a unit vector"));
    }
    const pivot = lengthOf(column);
    if (!(pivot > SMALLEST_PIVOT * size)) return null;
    // The equations in q: r' y = target, solved as the columns come.
    let rest = target[j] as number;
    for (let i = 0; i < j; i++) rest -= (along[i] as number) * (y[i] as number);
    y[j] = rest / pivot;
    q.push(column.map((value) => value / pivot));
  }
  const x = new Float64Array(rows.length);
  for (const [j, column] of q.entries()) {
    for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + (y[j] as number) * (column[i] as number);
  }
  return x;
}

/** Takes from `column` what it has along the unit vector `unit`; how much that was. */
function removeAlong(column: Float64Array, unit: Float64Array): number {
  let share = 0;
  for (let i = 0; i < column.length; i++) share += (column[i] as number) * (unit[i] as number);
  for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) - share * (unit[i] as number);
  return share;
}

function lengthOf(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
