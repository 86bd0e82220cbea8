/**
 * A simulation that is going on: what the steps of the simulator share.
 *
 * @module
 */
import type { ClientId, FleetEvent, Machine, Seconds, TaskId } from "@potluck/core";
import type { EventQueue } from "../clock/event-queue.ts";
import type { Crew } from "./crew.ts";
import type { Gauge } from "./gauge.ts";
import type { Stage } from "./stage.ts";

/** What happens in a simulation: an event of the fleet, or a device that is done computing. */
export type Happening =
  | { readonly kind: "event"; readonly event: FleetEvent }
  | { readonly kind: "computed"; readonly client: ClientId; readonly task: TaskId };

/** A simulation that is going on. */
export interface Simulation {
  readonly stage: Stage;
  readonly machine: Machine;
  readonly queue: EventQueue<Happening>;
  readonly crew: Crew;
  readonly gauge: Gauge;
  /** Why tasks failed: each reason with how often and what to do about it. */
  readonly failures: Map<string, Failures>;
  now: Seconds;
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
