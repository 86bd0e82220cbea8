/**
 * How runs end, and why tasks fail.
 *
 * @module
 */
import type { Failure } from "@potluck/engine";

/** How a run has ended. */
export interface Ending {
  /** Whether the plan came to a good end, could not go on, or was ended from outside. */
  readonly status: "finished" | "stalled" | "interrupted";
  /** Why, in words. */
  readonly reason: string;
}

/** Tasks that failed for one reason. */
export interface Failures {
  readonly times: number;
  readonly remedy: string;
}

/** Each reason why tasks failed, with how often and what to do about it. */
export type FailureTally = Map<string, Failures>;

/** So many reasons are told apart, since devices say them: all others are one. */
const MAX_REASONS = 100;
const OTHER_REASON: Failure = { reason: "other reasons", remedy: "Look at what the devices have written." };

/** Notes why a task failed. */
export function noteFailure(failures: FailureTally, failure: Failure): void {
  const isTold = failures.has(failure.reason) || failures.size < MAX_REASONS;
  const { reason, remedy } = isTold ? failure : OTHER_REASON;
  failures.set(reason, { times: (failures.get(reason)?.times ?? 0) + 1, remedy });
}

/** Notes that an update was refused as invalid: `detail` says why, in words. Where training is sound that is how a model diverges. */
export function noteInvalid(failures: FailureTally, detail: string): void {
  noteFailure(failures, {
    reason: detail,
    remedy: "Where numbers are not finite, the model diverges: lower the learning rate.",
  });
}
