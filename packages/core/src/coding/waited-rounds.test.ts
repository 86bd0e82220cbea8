import { expect, test } from "vitest";
import { clientId } from "../plan/identity.ts";
import type { TaskNote } from "./task-notes.ts";
import { waitedRounds } from "./waited-rounds.ts";

/** Tasks of a round that begins at 10, which end after so many seconds. */
function tasksOf(round: number, ...ends: readonly (readonly [after: number, fate: TaskNote["fate"]])[]): TaskNote[] {
  return ends.map(([after, fate], at) => ({
    round,
    client: clientId(at),
    jobs: [round],
    repeats: false,
    standsIn: false,
    assignedAt: 10,
    endedAt: fate === "out" ? null : 10 + after,
    fate,
  }));
}

test("a round has waited where an answer came after its time was up, or was lost after it", () => {
  const tasks = [
    // Late when the time is up, which it is after (1 + 0.5) · 2 s.
    ...tasksOf(1, [2, "answered"], [2.5, "answered"], [3, "late"]),
    ...tasksOf(2, [2, "answered"], [3.1, "answered"], [3.1, "late"]),
    ...tasksOf(3, [2, "answered"], [4, "lost"]),
    ...tasksOf(4, [2, "answered"], [3, "answered"]),
    ...tasksOf(5, [2, "answered"], [0, "out"]),
  ];
  expect(waitedRounds(tasks, 0.5)).toEqual([2, 3]);
  expect(waitedRounds(tasks, 1)).toEqual([]);
  expect(waitedRounds([], 1)).toEqual([]);
});

test("a round has waited where somebody stood in for another", () => {
  const tasks = tasksOf(7, [2, "answered"], [2, "lost"], [2.5, "answered"]);
  expect(waitedRounds(tasks, 1)).toEqual([]);
  expect(
    waitedRounds(
      tasks.map((task, at) => ({ ...task, standsIn: at === 2 })),
      1,
    ),
  ).toEqual([7]);
});
