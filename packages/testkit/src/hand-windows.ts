/**
 * Windows filled by hand, for tests of aggregations without a plan.
 *
 * @module
 */
import { type Aggregation, clientId, plainKernels, taskId } from "@potluck/core";

/** An update by hand; of one step, of client 0, and of task 0, unless it says otherwise. */
export interface HandUpdate {
  readonly delta: readonly number[];
  readonly weight: number;
  readonly steps?: number;
  readonly client?: number;
  readonly task?: number;
}

/** What became of a window, and the factors of the updates that were taken in. */
export interface HandOutcome {
  readonly delta: readonly number[];
  readonly scale: number;
}

/** The fleet that windows filled by hand belong to. */
export interface HandFleet {
  readonly population: number;
  readonly examples: number;
}

/** Takes `updates` into a window; the factor of each. */
export function takeInto(
  aggregation: Aggregation<unknown>,
  state: unknown,
  updates: readonly HandUpdate[],
): readonly number[] {
  return updates.map(({ delta, weight, steps = 1, client = 0, task = 0 }) =>
    aggregation.add(state, {
      decoded: (sum, factor) => {
        plainKernels.accumulate(sum, Float32Array.from(delta), factor);
      },
      weight,
      steps,
      client: clientId(client),
      task: taskId(task),
    }),
  );
}

/** A new window with `updates` in it, for models of `length` parameters: of the first update's length by default. */
export function windowWith(
  aggregation: Aggregation<unknown>,
  updates: readonly HandUpdate[],
  length: number = updates[0]?.delta.length ?? 0,
): unknown {
  const state = aggregation.init(length, plainKernels);
  takeInto(aggregation, state, updates);
  return state;
}

/** What becomes of a window; in a fleet of one client with one example by default. */
export function outcomeOf(
  aggregation: Aggregation<unknown>,
  state: unknown,
  fleet: HandFleet = { population: 1, examples: 1 },
): HandOutcome {
  const { delta, scale } = aggregation.result(state, fleet);
  return { delta: [...delta], scale };
}
