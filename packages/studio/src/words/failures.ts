/**
 * What went wrong in a run, by its scorecard.
 *
 * @module
 */
import type { Scorecard } from "../api/answers.ts";

const SELDOM = [
  ["tasks failed", "tasksFailed"],
  ["abandoned", "updatesAbandoned"],
  ["recalled", "tasksRecalled"],
] as const;

/** What has happened that seldom does: its name, how often, and its field; nothing where it has not happened. */
export function failuresIn(
  scorecard: Scorecard | null,
): readonly (readonly [name: string, times: number, field: string])[] {
  return SELDOM.flatMap(([name, field]) => {
    const times = scorecard?.["delay"]?.[field];
    return typeof times === "number" && times > 0 ? [[name, times, `scorecard.delay.${field}`] as const] : [];
  });
}

/** Why tasks failed and how often, the most frequent first. That numbers left the finite ones is one reason, in whichever step it was seen. */
export function reasonsOf(failures: ReadonlyMap<string, number>): readonly (readonly [why: string, times: number])[] {
  const reasons = new Map<string, number>();
  for (const [why, times] of failures) {
    const [reason = why] = why.split(", as seen in step ");
    reasons.set(reason, (reasons.get(reason) ?? 0) + times);
  }
  return [...reasons].toSorted(([, one], [, other]) => other - one);
}
