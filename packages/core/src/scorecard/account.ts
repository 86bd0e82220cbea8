/**
 * The account of a client in the ledger, and the row of numbers that it is read off.
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";
import type { TaskId } from "../plan/identity.ts";
import type { Voice } from "./voices.ts";

/** What one client has given and taken. */
export interface ClientAccount extends Voice {
  readonly timesAsked: number;
  readonly timesAnswered: number;
  readonly timesUsed: number;
  readonly onlineSeconds: Seconds;
  /** When it last came online, or null while it is offline. */
  readonly onlineSince: Seconds | null;
  /** Time spent on tasks whose update went into a model. */
  readonly usedSeconds: Seconds;
  /** Time spent on tasks that came to nothing. */
  readonly wastedSeconds: Seconds;
  /** Encoded bytes that went over its link, those that were lost included. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Bytes of transfers that were cut off. */
  readonly bytesLost: number;
  /** The task that it is working on, or null. */
  readonly taskOut: TaskId | null;
  /** Training examples it holds (its claim). */
  readonly examples: number;
  /** Sum over the published versions of its share of all examples at each; over all clients the sum is the number of versions. */
  readonly dataShare: number;
}

/** Where the numbers of an account stand in its row. */
export const CELL: Readonly<Record<Exclude<keyof ClientAccount, keyof Voice> | "shareSince" | "taskSince", number>> = {
  timesAsked: 0,
  timesAnswered: 1,
  timesUsed: 2,
  onlineSeconds: 3,
  onlineSince: 4,
  usedSeconds: 5,
  wastedSeconds: 6,
  bytesUp: 7,
  bytesDown: 8,
  bytesLost: 9,
  taskOut: 10,
  examples: 11,
  dataShare: 12,
  shareSince: 13,
  taskSince: 14,
};

/** What stands in a row for null: all instants and all numbers of tasks are ≥ 0. */
export const NONE = -1;
