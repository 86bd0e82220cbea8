/**
 * A simulation that is going on: what the steps of the simulator share.
 *
 * @module
 */
import {
  canonicalOrder,
  type ClientId,
  type Direction,
  eventRank,
  type FleetEvent,
  type Machine,
  placeOfEvent,
  type PlaceOf,
  type Seconds,
  type TaskId,
  type TaskNotes,
} from "@potluck/core";
import type { EventQueue, Order } from "../clock/event-queue.ts";
import type { SharedLink } from "../link/shared-link.ts";
import type { Converter } from "./conversions.ts";
import type { Crew } from "./crew.ts";
import type { Ending, FailureTally, Gauge, Happened, Stage } from "@potluck/scenario";
import type { Presence } from "./presence.ts";

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
  | { readonly kind: "computed"; readonly client: ClientId; readonly task: TaskId }
  /** A device drops out of a task without a word. */
  | { readonly kind: "dropped-out"; readonly client: ClientId; readonly task: TaskId }
  /** A device that dropped out of a task is back. */
  | { readonly kind: "back"; readonly client: ClientId; readonly task: TaskId }
  /** The server is done with a conversion. */
  | { readonly kind: "converted"; readonly client: ClientId; readonly task: TaskId };

/** A simulation that is going on. */
export interface Simulation {
  readonly clock: "virtual";
  readonly stage: Stage;
  readonly machine: Machine;
  readonly queue: EventQueue<Happening>;
  /** The server's link each way. */
  readonly links: Readonly<Record<Direction, SharedLink>>;
  readonly crew: Crew;
  readonly converter: Converter;
  readonly presence: Presence;
  /** Until when the clients are silent that have dropped out. */
  readonly silence: Map<ClientId, Seconds>;
  /** What became of tasks of gradients; nothing where there are none. */
  readonly notes: TaskNotes;
  /** Hears of everything that the plan hears of, and of what it makes of it; null for nobody. */
  readonly hearing: ((happened: Happened) => void) | null;
  /** Null where only the clock runs. */
  readonly gauge: Gauge | null;
  /** Why tasks failed: each reason with how often and what to do about it. */
  readonly failures: FailureTally;
  now: Seconds;
  /** Happenings so far. */
  events: number;
  /** Happenings in a row while nobody had work. */
  waited: number;
  /** How the run has ended, or null while it goes on. */
  ending: Ending | null;
}

const AT_DEVICES = { flowing: -4, computed: -3, "dropped-out": -2, through: -1 } as const;

const placeOfHappening: PlaceOf<Happening> = {
  rank: rankOf,
  client: (happening) => (happening.kind === "event" ? placeOfEvent.client(happening.event) : happening.client),
  task: (happening) => {
    if (happening.kind === "event") return placeOfEvent.task(happening.event);
    return "task" in happening ? happening.task : -1;
  },
  detail: (happening) => {
    if (happening.kind === "event") return placeOfEvent.detail(happening.event);
    return "direction" in happening ? happening.direction : "";
  },
};

/**
 * The order of what happens at one instant: first what goes on at devices and on links, then what the plan hears of, in
 * the canonical order of events.
 */
export const compareHappenings: (a: Happening, b: Happening) => number = canonicalOrder(placeOfHappening);

/** The same for the queue, which need not compare two happenings whose kinds or clients tell them apart. */
export const orderOfHappenings: Order<Happening> = {
  placeOf: (happening) => placeOfHappening.rank(happening) * MAX_CLIENTS + placeOfHappening.client(happening),
  compare: compareHappenings,
};

const MAX_CLIENTS = 2 ** 40;

function rankOf(happening: Happening): number {
  switch (happening.kind) {
    case "event":
      return placeOfEvent.rank(happening.event);
    case "turn":
      return eventRank(happening.online ? "joined" : "left");
    case "through":
      return happening.direction === "up" ? eventRank("update") : AT_DEVICES.through;
    case "back":
      return eventRank("joined");
    case "converted":
      return eventRank("converted");
    case "flowing":
    case "computed":
    case "dropped-out":
      return AT_DEVICES[happening.kind];
  }
}
