/**
 * The contract of aggregations: how the updates of a window become one.
 *
 * @module
 */
import type { VectorKernels } from "../params/vector-kernels.ts";
import { ownState } from "../part/own-state.ts";
import { definePart, type PartBlueprint, type PartFactory } from "../part/part.ts";

/** An update that can be decoded into a running sum: sum ← sum + weight · delta. */
export type Decoded = (sum: Float64Array, weight: number) => void;

/** How updates become one. `State` is plain data. */
export interface Aggregation<State> {
  /** The empty window for models of `length` parameters. */
  readonly init: (length: number, kernels: VectorKernels) => State;
  /** Takes in one update with its weight, finite and ≥ 0. */
  readonly add: (state: State, decoded: Decoded, weight: number) => void;
  /** The aggregated delta of the window. Zero when all weights are zero. The window stays as it is. */
  readonly result: (state: State) => Float64Array;
  /** Empties the window. */
  readonly clear: (state: State) => void;
}

/** The factory of an aggregation, whose state type is hidden: the composition hands each only its own state. */
export function defineAggregation<Options extends object, State>(
  blueprint: PartBlueprint<Options, Aggregation<State>>,
): PartFactory<Options, Aggregation<unknown>> {
  const { make, ...definition } = blueprint;
  return definePart<Options, Aggregation<unknown>>({
    ...definition,
    make: (options) => {
      const { init, add, result, clear } = make(options);
      return {
        init,
        add: (state, decoded, weight) => {
          add(ownState(state), decoded, weight);
        },
        result: (state) => result(ownState(state)),
        clear: (state) => {
          clear(ownState(state));
        },
      };
    },
  });
}
