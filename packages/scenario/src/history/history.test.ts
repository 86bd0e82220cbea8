import { clientId, type Command, type FleetEvent, taskId } from "@potluck/core";
import { expect, test } from "vitest";
import { historyOf, historyText } from "./history.ts";

const client = clientId(3);
const task = taskId(7);
const spent = { downloadSeconds: 1, computeSeconds: 2, uploadSeconds: 0.25 };
const update = { payload: new Uint8Array(1000), examples: 1, steps: 1, trainLoss: 0, spent };
const publish: Command = {
  kind: "publish",
  version: 5,
  params: new Float32Array(1000),
  contributions: [],
  scale: 1,
  lasting: false,
};

test("an event comes before what the plan made of it, and nothing of what it holds is kept", () => {
  const event: FleetEvent = { kind: "update", client, task, update };
  const refuse: Command = { kind: "refuse", client, task, refusal: "late", detail: "its round is over" };
  const recall: Command = { kind: "recall", client: clientId(4), task: taskId(8) };
  const finish: Command = { kind: "finish", reason: "5 versions were published", gaveUp: false };
  const rows = historyOf({ at: 1 / 3, event, version: 4, commands: [refuse, recall, publish, finish] });
  expect(rows).toEqual([
    [0.333333, "answered", 3, 7, 4, 0.25],
    [0.333333, "refused", 3, 7, null, "late: its round is over"],
    [0.333333, "recalled", 4, 8, null],
    [0.333333, "published", null, null, 5],
    [0.333333, "ended", null, null, null, "5 versions were published"],
  ]);
  expect(historyText(rows.slice(3))).toBe(
    '[0.333333,"published",null,null,5]\n[0.333333,"ended",null,null,null,"5 versions were published"]\n',
  );
});

test("what says nothing of clients and models has no row of its own", () => {
  const profile = { examples: 1, tier: "" };
  const silent: readonly FleetEvent[] = [
    { kind: "enrolled", client, profile },
    { kind: "transferred", client, task, direction: "down", bytes: 1, complete: true },
    { kind: "timer", name: "deadline" },
  ];
  expect(silent.flatMap((event) => historyOf({ at: 1, event, version: null, commands: [] }))).toEqual([]);
  const told: readonly FleetEvent[] = [
    { kind: "joined", client, profile },
    { kind: "started" },
    { kind: "failed", client, task, reason: "no memory" },
    { kind: "left", client },
  ];
  expect(told.flatMap((event) => historyOf({ at: 1, event, version: null, commands: [] }))).toEqual([
    [1, "joined", 3, null, null],
    [1, "started", null, null, null],
    [1, "failed", 3, 7, null, "no memory"],
    [1, "left", 3, null, null],
  ]);
});
