/**
 * The contract of aggregations: how the updates of a window become one.
 *
 * An aggregation is linear: the delta of a window is Σ scale · factor · Δ over the updates in it, or over the latest of
 * every client where updates last. So it is known how much each client counted.
 *
 * @module
 */
import type { VectorKernels } from "../params/vector-kernels.ts";
import { ownState } from "../part/own-state.ts";
import { definePart, type PartBlueprint, type PartFactory } from "../part/part.ts";
import type { ClientId, TaskId } from "../plan/identity.ts";

/** An update that can be decoded into a running sum: sum ← sum + factor · delta. */
export type Decoded = (sum: Float64Array, factor: number) => void;

/** An update on its way into a window. */
export interface Addend {
  readonly decoded: Decoded;
  /** Finite and ≥ 0. */
  readonly weight: number;
  /** Solver steps behind it, ≥ 1. */
  readonly steps: number;
  readonly client: ClientId;
  /** Of two updates of a client the one of the higher task is newer. */
  readonly task: TaskId;
}

/** The fleet as far as an aggregation asks: all clients that are known, and their examples. */
export interface FleetSize {
  readonly population: number;
  readonly examples: number;
}

/** What became of a window. */
export interface Aggregate {
  readonly delta: Float64Array;
  /** What the factors of all updates are multiplied with. */
  readonly scale: number;
}

/** How updates become one. `State` is plain data. */
export interface Aggregation<State> {
  /** Whether it keeps from the server what a single update says; left out where it does not. */
  readonly conceals?: boolean;
  /** The empty window for models of `length` parameters. */
  readonly init: (length: number, kernels: VectorKernels) => State;
  /** Takes in one update. Returns its factor, ≥ 0: what it is multiplied with, but for the scale. */
  readonly add: (state: State, addend: Addend) => number;
  /** The aggregated delta of the window. Zero when all weights are zero. The window stays as it is. */
  readonly result: (state: State, fleet: FleetSize) => Aggregate;
  /** Empties the window, which was published. */
  readonly clear: (state: State) => void;
  /** Throws the window away: as if its updates had never come. Left out where that is `clear`. */
  readonly discard?: (state: State) => void;
  /** What a delta is the difference from: the model that the client started from (the default), or the current one. */
  readonly deltaFrom?: "start" | "current";
  /**
   * Whether an update counts in every version until a newer one of its client takes its place, whichever comes first; false by
   * default. What comes after a newer one counts nothing.
   */
  readonly lasting?: boolean;
}

/** The factory of an aggregation, whose state type is hidden: the composition hands each only its own state. */
export function defineAggregation<Options extends object, State>(
  blueprint: PartBlueprint<Options, Aggregation<State>>,
): PartFactory<Options, Aggregation<unknown>> {
  const { make, ...definition } = blueprint;
  return definePart<Options, Aggregation<unknown>>({
    ...definition,
    make: (options) => {
      const { add, result, clear, discard = clear, ...rest } = make(options);
      return {
        ...rest,
        add: (state, addend) => add(ownState(state), addend),
        result: (state, fleet) => result(ownState(state), fleet),
        clear: (state) => {
          clear(ownState(state));
        },
        discard: (state) => {
          discard(ownState(state));
        },
      };
    },
  });
}
