/**
 * Plain training, without any federation: what a solver does to parameters whose gradient is known.
 *
 * @module
 */
import { evaluate, type Solver } from "@potluck/core";

/** The gradient of a loss at `params`. */
export type Gradient = (params: Float32Array) => Float32Array;

/** The parameters after each of `steps` steps of `solver` from `anchor`, interpreted operation by operation. */
export function descent(
  solver: Solver,
  gradient: Gradient,
  anchor: Float32Array,
  steps: number,
): readonly Float32Array[] {
  return driftingDescent(solver, gradient, anchor, { steps, drift: null });
}

/** The same, with a drift that is added to the parameters after each step; null for none. */
export function driftingDescent(
  solver: Solver,
  gradient: Gradient,
  anchor: Float32Array,
  { steps, drift }: { readonly steps: number; readonly drift: Float32Array | null },
): readonly Float32Array[] {
  const length = anchor.length;
  const path: Float32Array[] = [];
  let params: Float32Array = anchor;
  let state: Readonly<Record<string, Float32Array>> = Object.fromEntries(
    solver.slots.map((slot) => [slot, new Float32Array(length)]),
  );
  for (let step = 1; step <= steps; step++) {
    const tensors = { ...state, params, anchor, gradient: gradient(params) };
    const bindings = { tensors, step, steps, gradientAt: gradient };
    const next = evaluate(solver.step.params, bindings, length);
    state = Object.fromEntries(
      Object.entries(solver.step.state).map(([slot, value]) => [slot, evaluate(value, bindings, length)]),
    );
    params = drift === null ? next : next.map((x, i) => x + (drift[i] ?? 0));
    path.push(params);
  }
  return path;
}
