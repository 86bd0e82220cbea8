import { expect, test } from "vitest";
import type { Client, Measurement, Run } from "../api/answers.ts";
import type { HistoryRow } from "../api/history.ts";
import { activityOf } from "../view/client-story.ts";
import { replayOf, storyAt } from "./replay.ts";
import { sampleRun } from "./sample-run.ts";

const rows: readonly HistoryRow[] = [
  [0, "joined", 0, null, null],
  [0, "joined", 1, null, null],
  [0, "started", null, null, null],
  [0, "asked", 0, 0, 0],
  [0, "asked", 1, 1, 0],
  [4, "answered", 0, 0, 0, 1],
  [4, "published", null, null, 1],
  [4, "asked", 0, 2, 1],
  [6, "left", 1, null, null],
  [8, "answered", 0, 2, 1, 0],
  [8, "refused", 0, 2, null, "late: its round is over"],
  [9, "joined", 1, null, null],
  [9, "asked", 1, 3, 1],
  [10, "recalled", 1, 3, null],
  [10, "ended", null, null, null, "it is over"],
];

const known = new Map<number, Client>();

test("a run is as it was at every instant, in whatever order they are looked at", () => {
  const replay = replayOf(rows, known);
  const activitiesAt = (at: number): readonly string[] =>
    Array.from(replay.momentAt(at).clients.values()).map(activityOf);
  const seen = new Map([
    [1, ["training", "training"]],
    [3.5, ["sending", "training"]],
    [5, ["training", "training"]],
    [7, ["training", "offline"]],
    [8.5, ["idle", "offline"]],
    [9.5, ["idle", "training"]],
    [10, ["idle", "idle"]],
  ]);
  for (const [at, activities] of seen) expect([at, activitiesAt(at)]).toEqual([at, activities]);
  for (const [at, activities] of [...seen].toReversed()) expect([at, activitiesAt(at)]).toEqual([at, activities]);
});

test("who was sent away for good in the end is not yet while it is there", () => {
  const [client] = replayOf(rows, known).momentAt(1).clients.values();
  if (client === undefined) throw new Error("no client");
  const away: readonly HistoryRow[] = [
    ...rows.slice(0, -2),
    [9.8, "left", 1, null, null],
    [10, "ended", null, null, null],
  ];
  const replay = replayOf(away, new Map([[1, { ...client, client: 1, isRevoked: true }]]));
  const revoked = [1, 7, 9.5, 9.9].map((at) => replay.momentAt(at).clients.get(1)?.isRevoked);
  expect(revoked).toEqual([false, false, false, true]);
});

test("what is counted is what has happened by then", () => {
  const replay = replayOf(rows, known);
  expect(replay.momentAt(5)).toMatchObject({
    rows: 8,
    counts: { version: 1, openTasks: 2, updates: { accepted: 1, late: 0 } },
  });
  const { clients, counts } = replay.momentAt(10);
  expect(counts).toMatchObject({ version: 1, openTasks: 0, updates: { accepted: 1, late: 1 } });
  expect(clients.get(0)).toMatchObject({ timesAsked: 2, timesAnswered: 2, timesUsed: 1, taskSeconds: 8, lastSeen: 8 });
  expect(clients.get(1)).toMatchObject({ timesAsked: 2, timesAnswered: 0, lastSeen: 9, version: null });
});

test("what was abandoned is not taken: when its round came to nothing, not before", () => {
  const abandoned: readonly HistoryRow[] = [
    ...rows.slice(0, 8),
    [6, "answered", 0, 2, 1, 0],
    [7, "answered", 1, 1, 0, 0],
    [8, "refused", 0, 2, null, "abandoned: its round has no quorum"],
    [8, "refused", 1, 1, null, "abandoned: its round has no quorum"],
    [8, "ended", null, null, null, "it is over"],
  ];
  const replay = replayOf(abandoned, known);
  expect(replay.momentAt(7).counts.updates).toMatchObject({ accepted: 3, abandoned: 0 });
  const { clients, counts } = replay.momentAt(8);
  expect(counts.updates).toEqual({ accepted: 1, late: 0, abandoned: 2, invalid: { any: 0 } });
  // As it stands in the answers of a store at the end.
  expect(Array.from(clients.values()).reduce((sum, { timesUsed }) => sum + timesUsed, 0)).toBe(1);
});

test("the numbers of a model are of the version that was measured last by then", () => {
  const measured = (version: number, virtualSeconds: number): Measurement => {
    return {
      version,
      virtualSeconds,
      testAccuracy: version / 10,
      testLoss: 1,
      updatesUsed: 0,
      bytesUp: 0,
      bytesDown: 0,
    };
  };
  const measurements = [measured(0, 0), measured(1, 4.5)];
  const story = { run: { ...sampleRun, measuredVersion: 1 }, clients: known, measurements, events: [] };
  const at = (time: number): Run =>
    storyAt({ ...story, scorecard: null, figures: null }, replayOf(rows, known), time).run;
  expect(at(-1)).toMatchObject({ accuracy: null, measuredVersion: null });
  expect(at(4)).toMatchObject({ version: 1, accuracy: 0, measuredVersion: 0 });
  expect(at(5)).toMatchObject({ version: 1, accuracy: 0.1, measuredVersion: 1 });
});
