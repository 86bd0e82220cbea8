import fc from "fast-check";
import { expect, test } from "vitest";
import { uniformStream } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import { clientId } from "../plan/identity.ts";
import { gradientCoding, mSgc, srSgc, uncoded } from "./index.ts";
import { type Replay, replay, type ReplayOptions } from "./replay.ts";
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

/** What becomes of the tasks of a replay in which nobody stands in for others. */
function tasksIn({ rounds }: Replay, secondsOf: ReplayOptions["secondsOf"]): readonly TaskNote[] {
  return rounds.flatMap(({ seconds, items, late }, at) =>
    items.flatMap((own, worker) => {
      const isLate = late[worker] === 1;
      const [task] = tasksOf(at + 1, [isLate ? seconds : secondsOf(at + 1, worker, 0), isLate ? "late" : "answered"]);
      return own.length === 0 || task === undefined ? [] : [{ ...task, client: clientId(worker) }];
    }),
  );
}

test("the rounds that have waited by their tasks are those that a replay says have waited", () => {
  const codings = fc.constantFrom(
    uncoded(),
    gradientCoding({ tolerated: 2 }),
    srSgc({ burst: 1, window: 2, most: 6 }),
    mSgc({ burst: 1, window: 2, most: 8 }),
  );
  fc.assert(
    fc.property(codings, fc.nat(), fc.constantFrom(0, 0.5, 1), (coding, seed, patience) => {
      const secondsOf = (round: number, worker: number): number => {
        const uniform = uniformStream(fold(fold(rootKey(seed), round), worker));
        return uniform() < 0.2 ? 5 : 1 + uniform();
      };
      const replayed = replay({ scheme: coding.schemeFor(8), jobs: 12, patience, waitOut: "enough", secondsOf });
      const waited = replayed.rounds.flatMap((round, at) => (round.waited ? [at + 1] : []));
      expect(waitedRounds(tasksIn(replayed, secondsOf), patience)).toEqual(waited);
    }),
    { numRuns: 100 },
  );
});
