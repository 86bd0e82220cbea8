/**
 * Events and commands: everything that can happen to a fleet, and everything a strategy can ask for.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import type { Seconds } from "../base/units.ts";
import type { Inversion } from "../conversion/conversion.ts";
import type { ClientId, TaskId } from "./identity.ts";
import type { Task, Update } from "./task.ts";

/** What a client says of itself when it joins. */
export interface ClientProfile {
  /** Training examples it holds (its claim), ≥ 0. */
  readonly examples: number;
  /** What kind of device it is, for reports: "phone", "3x". */
  readonly tier: string;
}

/** Everything that can happen to a fleet. */
export type FleetEvent =
  /** A client is known from now on, and not there until it joins. A client that joins unknown is known by that. */
  | { readonly kind: "enrolled"; readonly client: ClientId; readonly profile: ClientProfile }
  | Joined
  /** A client is gone; whatever it was working on is lost. */
  | { readonly kind: "left"; readonly client: ClientId }
  /** The fleet is assembled: the run begins. Sent once, after the first clients joined. */
  | { readonly kind: "started" }
  | Transferred
  | { readonly kind: "update"; readonly client: ClientId; readonly task: TaskId; readonly update: Update }
  | Converted
  | { readonly kind: "failed"; readonly client: ClientId; readonly task: TaskId; readonly reason: string }
  | { readonly kind: "timer"; readonly name: string };

/** A client is there: for the first time, or again. */
export interface Joined {
  readonly kind: "joined";
  readonly client: ClientId;
  readonly profile: ClientProfile;
  /** Whether it begins with nothing, whatever it was sent before: a new process, a cleared browser. Left out, it has what it had. */
  readonly anew?: boolean;
}

/** The server is done with a conversion, see {@link ConvertCommand}. */
export interface Converted {
  readonly kind: "converted";
  readonly client: ClientId;
  readonly task: TaskId;
  /** Where the client would have come to from `current`; null where that could not be found. */
  readonly params: Float32Array | null;
}

/** Bytes have gone over a client's link. */
export interface Transferred {
  readonly kind: "transferred";
  readonly client: ClientId;
  readonly task: TaskId;
  /** A model goes down to the client, an update up from it. */
  readonly direction: Direction;
  /** Encoded bytes that went over the link: of a transfer that was cut off, those that were through by then. */
  readonly bytes: number;
  /** Whether all of it arrived; what was cut off is lost. */
  readonly complete: boolean;
}

/** Which way bytes go: down to a client, or up from it. */
export type Direction = "down" | "up";

/** What one client's update counted in a published model. */
export interface Contribution {
  readonly client: ClientId;
  readonly task: TaskId;
  /** What its delta was multiplied with in the aggregate, but for the scale of the publication: ≥ 0. */
  readonly factor: number;
  /** Solver steps behind it, ≥ 1. */
  readonly steps: number;
  /** Versions published between the model it started from and the one it went into, 0 when fresh. */
  readonly staleness: number;
}

/** Why an update that arrived was not used. */
export type Refusal = "late" | "abandoned" | "invalid";

/** What of an update breaks a rule: what it claims, the bytes of its message, or how long it is. */
export type RefusalRule = "examples" | "steps" | "smoothness" | "memory" | "payload" | "norm";

/** A new model version. */
export interface Publication {
  readonly kind: "publish";
  readonly version: number;
  /** Which of its models, from 0; left out by plans that train one. */
  readonly model?: number;
  readonly params: Float32Array;
  /** The updates that are new in it. */
  readonly contributions: readonly Contribution[];
  /** What the factors of all contributions are multiplied with, ≥ 0: the weight of an update is ω = scale · factor. */
  readonly scale: number;
  /** Whether a contribution counts in every later version too, each with its own scale, until its client's next one. */
  readonly lasting: boolean;
}

/** Asks what a client that came from `start` to `trained` would have come to from `current`: plain data. */
export interface ConvertCommand {
  readonly kind: "convert";
  readonly client: ClientId;
  readonly task: TaskId;
  readonly start: Float32Array;
  readonly trained: Float32Array;
  readonly current: Float32Array;
  /** The steps of plain gradient descent that stand for those of the client, and their size. */
  readonly steps: number;
  readonly stepSize: number;
  readonly inversion: Inversion;
  readonly key: Key;
}

/** Everything a strategy can ask for. */
export type Command =
  | { readonly kind: "assign"; readonly task: Task }
  /** The task is no longer wanted. */
  | { readonly kind: "recall"; readonly client: ClientId; readonly task: TaskId }
  /** An update that arrived is not used; `detail` says why in words. */
  | {
      readonly kind: "refuse";
      readonly client: ClientId;
      readonly task: TaskId;
      readonly refusal: Refusal;
      /** Of an invalid update, what of it breaks a rule. */
      readonly rule?: RefusalRule;
      readonly detail: string;
    }
  | Publication
  | ConvertCommand
  | { readonly kind: "timer"; readonly name: string; readonly after: Seconds }
  /** The run is over: its plan is carried out, or `gaveUp`. */
  | { readonly kind: "finish"; readonly reason: string; readonly gaveUp: boolean };

const RANK: Readonly<Record<FleetEvent["kind"], number>> = {
  enrolled: 0,
  joined: 1,
  started: 2,
  transferred: 3,
  update: 4,
  converted: 5,
  failed: 6,
  left: 7,
  timer: 8,
};

/** The place of a kind of event among those of one instant. */
export function eventRank(kind: FleetEvent["kind"]): number {
  return RANK[kind];
}

/** What the canonical order looks at: where something that happens has its place among what happens at the same instant. */
export interface PlaceOf<T> {
  /** The place of its kind, see {@link eventRank}. */
  readonly rank: (happening: T) => number;
  /** The client and the task that it is about; −1 for none. */
  readonly client: (happening: T) => number;
  readonly task: (happening: T) => number;
  /** What tells apart those that are alike so far. */
  readonly detail: (happening: T) => string;
}

/** The order of what happens at one instant: by rank, then client, then task, then detail, in code units. */
export function canonicalOrder<T>({ rank, client, task, detail }: PlaceOf<T>): (a: T, b: T) => number {
  return (a, b) => rank(a) - rank(b) || client(a) - client(b) || task(a) - task(b) || compareText(detail(a), detail(b));
}

/** The place of an event. */
export const placeOfEvent: PlaceOf<FleetEvent> = {
  rank: ({ kind }) => RANK[kind],
  client: (event) => ("client" in event ? event.client : -1),
  task: (event) => ("task" in event ? event.task : -1),
  detail: (event) => {
    if (event.kind === "transferred") return event.direction;
    return event.kind === "timer" ? event.name : "";
  },
};

/**
 * The canonical order of events that happen at the same instant: by kind (who joins is there before the run starts;
 * an update is in time for a deadline at the same instant), then client, then task, then timer name, then direction. A
 * driver that can see simultaneous events delivers them in this order, so that how they were scheduled never shows in a
 * result.
 */
export const compareEvents: (a: FleetEvent, b: FleetEvent) => number = canonicalOrder(placeOfEvent);

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
