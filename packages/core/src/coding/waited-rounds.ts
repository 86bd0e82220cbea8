/**
 * Which rounds of a coded run had to wait: those that went on after their time was up, (1 + μ) times that of their first answer, since the code
 * did not bear who was late, or what was due could not be decoded. Read from what became of tasks.
 *
 * @module
 */
import type { TaskNote } from "./task-notes.ts";

/** What is later than the time of a round by so small a share of it is in time: times are rounded. */
const TOLERANCE = 1e-9;

/** The numbers of the rounds of `tasks` that had to wait, ascending; `patience` is μ. */
export function waitedRounds(tasks: readonly TaskNote[], patience: number): readonly number[] {
  return [...Map.groupBy(tasks, ({ round }) => round)]
    .flatMap(([round, own]) => (hasWaited(own, patience) ? [round] : []))
    .toSorted((a, b) => a - b);
}

/** Whether anything was waited for after the round's time was up, or somebody had to stand in for others. */
function hasWaited(tasks: readonly TaskNote[], patience: number): boolean {
  if (tasks.some(({ standsIn }) => standsIn)) return true;
  const began = tasks.reduce((least, { assignedAt }) => Math.min(least, assignedAt), Infinity);
  const ends = tasks.flatMap(({ fate, endedAt }) => (fate === "answered" && endedAt !== null ? [endedAt] : []));
  const first = ends.reduce((least, end) => Math.min(least, end), Infinity);
  const isUp = (first + patience * (first - began)) * (1 + TOLERANCE);
  return tasks.some(({ fate, endedAt }) => WAITED_FOR.has(fate) && endedAt !== null && endedAt > isUp);
}

/** What ends a task that a round still waits for; one that is late is recalled when its round ends. */
const WAITED_FOR: ReadonlySet<TaskNote["fate"]> = new Set(["answered", "lost", "refused"]);
