/**
 * What the coordinator of a live run and its workers say to one another, and what carries it.
 *
 * @module
 */
import type { Seconds, Task, TaskId, Update } from "@potluck/core";

/** To a worker. */
export type ToWorker =
  | {
      readonly kind: "assign";
      readonly task: Task;
      /** How many tasks it was given before. */
      readonly turn: number;
      /** The instant of the run. */
      readonly at: Seconds;
    }
  | { readonly kind: "recall"; readonly task: TaskId }
  /** The answer to a task was not taken in: it came late, or was not valid. */
  | { readonly kind: "refused"; readonly task: TaskId };

/** From a worker. */
export type FromWorker =
  /** It has its data and can be given work: for the first time, or again after it was silent. */
  | { readonly kind: "ready" }
  /** Every {@link BEAT_SECONDS} from when it is ready: it has not stopped. */
  | { readonly kind: "alive" }
  /** It has what a task sends down, so many bytes. */
  | { readonly kind: "received"; readonly task: TaskId; readonly bytes: number }
  | { readonly kind: "answer"; readonly task: TaskId; readonly update: Update }
  | { readonly kind: "failed"; readonly task: TaskId; readonly reason: string; readonly remedy: string };

/** How often a worker says that it is alive. */
export const BEAT_SECONDS = 1;

/** A worker, as its coordinator sees it. */
export interface HiredWorker {
  readonly send: (message: ToWorker) => void;
  /** Ends it, whatever it is at. */
  readonly dismiss: () => void;
}

/** Who hears of a worker. */
export interface WorkerListener {
  readonly onMessage: (message: FromWorker) => void;
  /** It has ended, and why, in words. Nothing is heard of it afterwards. */
  readonly onGone: (reason: string) => void;
}

/** Starts a worker for a client. */
export type Hire = (client: number, listener: WorkerListener) => HiredWorker;

/** Real time. */
export interface LiveClock {
  /** Seconds from any origin; never runs backwards. */
  readonly now: () => Seconds;
  /** Calls back once so many seconds have passed, unless the function that it returns is called before. */
  readonly after: (seconds: Seconds, callback: () => void) => () => void;
}
