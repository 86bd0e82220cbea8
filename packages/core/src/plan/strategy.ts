/**
 * The contract of strategies: a training method as a deterministic state machine without I/O.
 *
 * A strategy MUST
 * - keep everything it remembers in its state, which is plain data (see `PlainData`): a run restored from a snapshot
 *   continues with the same bits;
 * - never read a clock or a global random source: time and keys come with the context;
 * - never publish a parameter that is not a finite number;
 * - never ask more of a client than the fleet says it has: a client works on one task at a time.
 * `strategyConformance` in `@potluck/testkit` holds every strategy to this.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import type { Seconds } from "../base/units.ts";
import type { Layout } from "../params/layout.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import { ownState } from "../part/own-state.ts";
import type { PartReference } from "../part/part.ts";
import type { Command, FleetEvent } from "./events.ts";
import type { FleetView } from "./fleet.ts";
import type { Warning } from "./warnings.ts";

/** What a strategy is given with every event. */
export interface Context {
  /** Seconds since the start of the run. */
  readonly now: Seconds;
  /** The run's random key. */
  readonly key: Key;
  /** The fleet after the event and after every command issued so far. */
  readonly fleet: FleetView;
  readonly kernels: VectorKernels;
  /** How the tensors of the model lie in its parameters; empty where that is not known. */
  readonly layout: Layout;
  /** Asks for something. It shows in the fleet at once: a client that was just given a task is no longer available. */
  readonly issue: (command: Command) => void;
}

/** A training method. `State` is plain data, changed in place by `handle` and nothing else. */
export interface Strategy<State> {
  /** The state before anything happened. `params` is the first model, version 0. */
  readonly init: (params: Float32Array, kernels: VectorKernels) => State;
  /** Takes in an event, changes the state, and issues commands. */
  readonly handle: (state: State, event: FleetEvent, context: Context) => void;
}

/** A strategy that is ready to run, with what it is made of. */
export interface Plan {
  /** The parts in the order of an update's way, for reports and for writing the plan down. */
  readonly parts: readonly PartReference[];
  /** Settings that are not parts: versions, work. */
  readonly settings: Readonly<Record<string, number>>;
  /** What may go wrong with it although nothing contradicts anything; left out where that is never looked for. */
  readonly warnings?: readonly Warning[];
  /** The state is opaque to drivers: they store it and hand it back. */
  readonly strategy: Strategy<unknown>;
  /**
   * A sentence when this fleet can never run the plan, else null. `clients` is how many there are at most, `examples`, where it is
   * known, how many each of them holds at least.
   */
  readonly contradiction: (clients: number, examples?: number) => string | null;
}

/** A strategy whose state type is hidden: a driver hands back the state that this very strategy made. */
export function opaqueStrategy<State>(strategy: Strategy<State>): Strategy<unknown> {
  return {
    init: strategy.init,
    handle: (state, event, context) => {
      strategy.handle(ownState(state), event, context);
    },
  };
}
