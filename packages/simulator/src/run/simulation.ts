/**
 * A simulation that is going on: what the steps of the simulator share.
 *
 * @module
 */
import {
  type ClientId,
  type Direction,
  eventRank,
  type FleetEvent,
  type Machine,
  type Seconds,
  type TaskId,
} from "@potluck/core";
import type { EventQueue, Order } from "../clock/event-queue.ts";
import type { SharedLink } from "../link/shared-link.ts";
import type { Crew } from "./crew.ts";
import type { Gauge } from "./gauge.ts";
import type { Presence } from "./presence.ts";
import type { Stage } from "./stage.ts";

/** What happens in a simulation. */
export type Happening =
  | { readonly kind: "event"; readonly event: FleetEvent }
  /** A client comes or goes. */
  | { readonly kind: "turn"; readonly client: ClientId; readonly online: boolean }
  /** The latency of a transfer is over: its bytes begin to flow. */
  | { readonly kind: "flowing"; readonly client: ClientId; readonly task: TaskId; readonly direction: Direction }
  /** The last byte of a transfer is through. */
  | { readonly kind: "through"; readonly client: ClientId; readonly task: TaskId; readonly direction: Direction }
  /** A device is done computing. */
  | { readonly kind: "computed"; readonly client: ClientId; readonly task: TaskId };

/** A simulation that is going on. */
export interface Simulation {
  readonly stage: Stage;
  readonly machine: Machine;
  readonly queue: EventQueue<Happening>;
  /** The server's link each way. */
  readonly links: Readonly<Record<Direction, SharedLink>>;
  readonly crew: Crew;
  readonly presence: Presence;
  /** Null where only the clock runs. */
  readonly gauge: Gauge | null;
  /** Why tasks failed: each reason with how often and what to do about it. */
  readonly failures: Map<string, Failures>;
  now: Seconds;
  /** Happenings so far. */
  events: number;
  /** Happenings in a row while nobody had work. */
  waited: number;
  /** How the run has ended, or null while it goes on. */
  ending: Ending | null;
}

/** Tasks that failed for one reason. */
export interface Failures {
  readonly times: number;
  readonly remedy: string;
}

/** How a run has ended. */
export interface Ending {
  /** Whether the plan came to a good end, or could not go on. */
  readonly status: "finished" | "stalled";
  /** Why, in words. */
  readonly reason: string;
}

/**
 * The order of what happens at one instant: first what goes on at devices and on links, then what the plan hears of, in
 * the canonical order of events.
 */
export const orderOfHappenings: Order<Happening> = {
  placeOf: (happening) => rankOf(happening) * MAX_CLIENTS + clientOf(happening),
  compare: (a, b) => taskOf(a) - taskOf(b) || compareText(detailOf(a), detailOf(b)),
};

const MAX_CLIENTS = 2 ** 40;

/** Negative when `a` comes first of two that happen at one instant. */
export function compareHappenings(a: Happening, b: Happening): number {
  const { placeOf, compare } = orderOfHappenings;
  return placeOf(a) - placeOf(b) || compare(a, b);
}

const AT_DEVICES = { flowing: -3, computed: -2, through: -1 } as const;

function rankOf(happening: Happening): number {
  switch (happening.kind) {
    case "event":
      return eventRank(happening.event.kind);
    case "turn":
      return eventRank(happening.online ? "joined" : "left");
    case "through":
      return happening.direction === "up" ? eventRank("update") : AT_DEVICES.through;
    case "flowing":
    case "computed":
      return AT_DEVICES[happening.kind];
  }
}

function clientOf(happening: Happening): number {
  if (happening.kind !== "event") return happening.client;
  return "client" in happening.event ? happening.event.client : -1;
}

function taskOf(happening: Happening): number {
  const subject = happening.kind === "event" ? happening.event : happening;
  return "task" in subject ? subject.task : -1;
}

function detailOf(happening: Happening): string {
  if (happening.kind === "event") return happening.event.kind === "timer" ? happening.event.name : "";
  return "direction" in happening ? happening.direction : "";
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
