/**
 * The machine under both clocks: a plan with the book of its fleet and the ledger of its costs. A driver feeds it
 * events and carries out its commands; everything it remembers can be taken out as bytes and put back.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import type { Seconds } from "../base/units.ts";
import type { Layout } from "../params/layout.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import { ownState } from "../part/own-state.ts";
import { emptyLedger, type Ledger, noteCommandInLedger, noteEventInLedger } from "../scorecard/ledger.ts";
import type { Command, FleetEvent } from "./events.ts";
import { emptyBook, type FleetBook, type FleetView, noteCommand, noteEvent, viewOf } from "./fleet.ts";
import type { Context, Plan } from "./strategy.ts";

/** A running plan. */
export interface Machine {
  readonly fleet: FleetView;
  readonly ledger: Ledger;
  /** What to do about `event`, which happened at `now`. Times never run backwards. */
  readonly handle: (now: Seconds, event: FleetEvent) => readonly Command[];
  /** Everything the machine remembers, as bytes: the same bytes for the same history. */
  readonly snapshot: () => Uint8Array;
}

/** What a machine is built from. */
export interface MachineSetup {
  readonly plan: Plan;
  /** The first model. */
  readonly params: Float32Array;
  readonly key: Key;
  readonly kernels: VectorKernels;
  /** How the tensors of the model lie in its parameters; empty, not known, by default. */
  readonly layout?: Layout;
}

/** A plan at the start of a run, with a fleet that nobody has joined yet. */
export function startMachine(setup: MachineSetup): Machine {
  const book = emptyBook();
  const strategy = setup.plan.strategy.init(setup.params, setup.kernels);
  return machineOf(setup, { book, ledger: emptyLedger(), strategy });
}

/**
 * The machine whose {@link Machine.snapshot} was `snapshot`. `setup` MUST be the one that machine was built from:
 * the state of another plan would be misread.
 */
export function restoreMachine(setup: MachineSetup, snapshot: Uint8Array): Machine {
  return machineOf(setup, ownState(decodePlain(snapshot)));
}

/** All that a machine remembers. */
interface MachineState {
  readonly book: FleetBook;
  readonly ledger: Ledger;
  readonly strategy: unknown;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

function machineOf({ plan, key, kernels, layout = [] }: MachineSetup, state: MachineState): Machine {
  const { book, ledger, strategy } = state;
  const fleet = viewOf(book, ledger);
  let commands: Command[] = [];
  // One context for all events: only the time changes from one to the next.
  const context: Writable<Context> = {
    now: 0,
    key,
    kernels,
    layout,
    fleet,
    issue: (command) => {
      noteCommand(book, command);
      noteCommandInLedger(ledger, command, context.now);
      commands.push(command);
    },
  };
  return {
    fleet,
    ledger,
    handle: (now, event) => {
      context.now = now;
      noteEvent(book, event, now);
      noteEventInLedger(ledger, event, now);
      plan.strategy.handle(strategy, event, context);
      if (commands.length === 0) return NOTHING;
      const issued = commands;
      commands = [];
      return issued;
    },
    snapshot: () => encodePlain(state),
  };
}

const NOTHING: readonly Command[] = [];
