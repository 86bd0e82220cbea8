/**
 * A sum that is folded up as updates arrive: memory is one float64 vector, whatever the number of clients.
 *
 * @module
 */
import type { VectorKernels } from "../params/vector-kernels.ts";
import type { Addend, Aggregate } from "./aggregation.ts";

/** Σ factor · Δ, and what it takes to make a mean of it: plain data. */
export interface RunningSum {
  readonly sum: Float64Array;
  updates: number;
  /** Σ w */
  weight: number;
  /** Σ w · τ, τ the steps behind an update. */
  weightedSteps: number;
}

/** Nothing summed up yet, for models of `length` parameters. */
export function emptySum(length: number, kernels: VectorKernels): RunningSum {
  return { sum: kernels.zeros(length), updates: 0, weight: 0, weightedSteps: 0 };
}

/** Takes in one update with this factor; the factor. */
export function addToSum(state: RunningSum, { decoded, weight, steps }: Addend, factor: number): number {
  decoded(state.sum, factor);
  state.updates += 1;
  state.weight += weight;
  state.weightedSteps += weight * steps;
  return factor;
}

/** `sum` divided by `divisor`; zero where that is zero, and so is every factor. */
export function quotient(sum: Float64Array, divisor: number): Aggregate {
  const delta = new Float64Array(sum.length);
  if (divisor === 0) return { delta, scale: 0 };
  // Not `map`: it would put every number into an object of its own for the call.
  for (let i = 0; i < delta.length; i++) delta[i] = (sum[i] as number) / divisor;
  return { delta, scale: 1 / divisor };
}

/** Back to nothing. */
export function clearSum(state: RunningSum): void {
  state.sum.fill(0);
  state.updates = 0;
  state.weight = 0;
  state.weightedSteps = 0;
}
