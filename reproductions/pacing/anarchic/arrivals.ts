/**
 * When workers come.
 *
 * @module
 */
import type { OwnTraits } from "../../harness/fleets.ts";

/** Workers that take from 1 to 8 seconds for a task, however much of it they do, which has nothing to do with their data. */
export function skewed(count: number): readonly OwnTraits[] {
  return taking(count, 8);
}

/** Workers that take from 1 to 2 seconds. */
export function spreadOut(count: number): readonly OwnTraits[] {
  return taking(count, 2);
}

function taking(count: number, longest: number): readonly OwnTraits[] {
  return Array.from({ length: count }, (_, k) => ({
    taskTimes: { kind: "whole", seconds: Float64Array.of(longest ** (k / (count - 1))) },
  }));
}
