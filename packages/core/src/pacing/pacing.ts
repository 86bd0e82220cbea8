/**
 * The contract of pacings: when to aggregate, and whom to give work.
 *
 * Updates that arrive are collected in a window. A pacing hears of every moment that matters and answers with
 * decisions; the composition carries them out in order. `close` publishes what the window holds and is followed by
 * the moment "published", `abandon` throws it away and is followed by "abandoned".
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";
import { ownState } from "../part/own-state.ts";
import { definePart, type PartBlueprint, type PartFactory } from "../part/part.ts";
import type { FleetView } from "../plan/fleet.ts";
import type { ClientId, TaskId } from "../plan/identity.ts";
import type { Work } from "../plan/task.ts";

/** What a pacing reacts to. */
export type Moment =
  | { readonly kind: "started" }
  | { readonly kind: "joined"; readonly client: ClientId }
  | { readonly kind: "left"; readonly client: ClientId }
  /** An update arrived that the server converts first: its client is free, and "collected" follows when that is done. */
  | { readonly kind: "converting"; readonly client: ClientId; readonly task: TaskId }
  /** An update was admitted to the window: at its arrival, or after its conversion. */
  | { readonly kind: "collected"; readonly client: ClientId; readonly task: TaskId }
  /** A task came to nothing: the client failed, left, or its update was refused. */
  | { readonly kind: "lost"; readonly client: ClientId }
  | { readonly kind: "timer"; readonly name: string }
  /** The window was closed and a new version published. */
  | { readonly kind: "published" }
  /** The window was thrown away. */
  | { readonly kind: "abandoned" };

/** A set of clients. */
type Clients = Pick<ReadonlySet<ClientId>, "has" | "size">;

/** What a pacing decides. */
export type Decision =
  /**
   * Give the current model to `count` clients of the selection's choice, or to as many as there are. It does not see those
   * `except` whom it is to choose, each of which is available.
   */
  | { readonly kind: "ask"; readonly count: number; readonly except?: Clients }
  /** Give the current model to this client, which is available, for so many solver steps. */
  | { readonly kind: "assign"; readonly client: ClientId; readonly steps: number }
  /** Recall every open task. */
  | { readonly kind: "recall" }
  /**
   * Aggregate the window, which holds at least one update, and publish. A pacing that holds updates names the tasks whose
   * updates are to be in it; the others go on waiting.
   */
  | { readonly kind: "close"; readonly tasks?: readonly TaskId[] }
  /** Throw the window away. */
  | { readonly kind: "abandon" }
  | { readonly kind: "timer"; readonly name: string; readonly after: Seconds }
  /** Stop the run. */
  | { readonly kind: "give-up"; readonly reason: string };

/** What a pacing sees. */
export interface Scene {
  readonly now: Seconds;
  /** The version of the current model. */
  readonly version: number;
  /** Updates in the window. */
  readonly collected: number;
  /** Tasks that are out: their clients are at work. */
  readonly open: number;
  /** Updates that arrived and that the server is converting. */
  readonly converting: number;
  /** The plan's work. */
  readonly work: Work;
  readonly fleet: FleetView;
}

/** When to aggregate, and whom to give work. `State` is plain data. */
export interface Pacing<State> {
  readonly init: () => State;
  readonly react: (state: State, moment: Moment, scene: Scene) => readonly Decision[];
  /**
   * Whether updates wait, undecoded, until the pacing names them when it closes the window, and are weighed only then;
   * false by default: they are folded up as they arrive, and no more than their sum is kept.
   */
  readonly holds?: boolean;
  /** A sentence when a fleet of `clients` clients can never be paced like this, else null. */
  readonly contradiction: (clients: number) => string | null;
}

/** The factory of a pacing, whose state type is hidden: the composition hands each pacing only its own state. */
export function definePacing<Options extends object, State>(
  blueprint: PartBlueprint<Options, Pacing<State>>,
): PartFactory<Options, Pacing<unknown>> {
  const { make, ...definition } = blueprint;
  return definePart<Options, Pacing<unknown>>({
    ...definition,
    make: (options) => {
      const pacing = make(options);
      return { ...pacing, react: (state, moment, scene) => pacing.react(ownState(state), moment, scene) };
    },
  });
}
