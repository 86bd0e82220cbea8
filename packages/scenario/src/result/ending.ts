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

/**
 * Why a run ended, in words; of one that could not go on also what failed most often, and what to do about it. Where most failures are of
 * numbers that are not finite, training diverged, whatever the plan gave up for.
 */
export function endingText({ status, reason }: Ending, failures: FailureTally): string {
  const counted = [...failures].map(([why, { times, remedy }]) => ({ why, times, remedy }));
  const [most] = counted.toSorted((a, b) => b.times - a.times);
  if (status !== "stalled" || most === undefined) return reason;
  const all = timesOf(counted);
  const diverging = timesOf(counted.filter(({ why }) => leftFiniteNumbers(why)));
  const isUntold = 2 * diverging > all && !reason.startsWith("the model diverged");
  const told = isUntold
    ? `training diverged: ${diverging} of ${all} failures are of numbers that are not finite; `
    : "";
  return `${told}${reason}; ${most.times} of ${all} failures: ${most.why}. ${most.remedy.replace(/\.$/, "")}`;
}

function timesOf(failures: readonly Pick<Failures, "times">[]): number {
  return failures.reduce((sum, { times }) => sum + times, 0);
}

/** Failures come as words, from workers and codecs alike: those of training and of updates that are not finite say so. */
function leftFiniteNumbers(why: string): boolean {
  return /\bfinite\b/u.test(why);
}
