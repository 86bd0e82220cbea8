import type { HistoryRow } from "@potluck/scenario";
import type { RunsView } from "@potluck/server";
import { appendFileSync, mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HISTORY_FILE } from "../output/history-file.ts";
import { openRunFolder } from "../output/run-folder.ts";
import { sampleRun } from "../output/sample-run.ts";
import { sampleStart } from "../store/sample-start.ts";
import { type RunStore, runStore } from "../store/run-store.ts";
import { storedRuns } from "./stored-runs.ts";

let folder = "";
let store: RunStore;
let view: RunsView;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
  store = runStore(join(folder, "runs"));
  view = storedRuns(store);
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

function write(rows: readonly HistoryRow[]): void {
  appendFileSync(join(store.folder, "going", HISTORY_FILE), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

const beginning: readonly HistoryRow[] = [
  [0, "joined", 0, null, null],
  [0, "joined", 1, null, null],
  [1, "asked", 0, 0, 0],
  [1, "asked", 1, 1, 0],
  [4, "answered", 0, 0, 0, 1],
  [4, "refused", 0, 0, null, "late: its round is over"],
];

test("of a run that goes on elsewhere what nobody has written down is missing, and nothing is made up", async () => {
  const path = join(store.folder, "going");
  store.begin("going", path, sampleStart());
  mkdirSync(path);
  expect(await view.one("going")).toMatchObject({
    isHosted: false,
    clients: { available: null, connected: null },
    openTasks: null,
    updates: { late: null, abandoned: null, invalid: {} },
  });
  expect(await view.clients("going")).toBe("missing");
  expect(await view.scorecard("going")).toBe("missing");
  expect(await view.figures("going")).toBe("missing");
  expect(await view.events("going", 0)).toEqual({ last: 0, events: [] });
});

test("its history is read as it grows: the fleet, what happened last, who was refused", async () => {
  const path = join(store.folder, "going");
  store.begin("going", path, sampleStart());
  mkdirSync(path);
  write(beginning);
  expect(await view.one("going")).toMatchObject({
    clients: { known: 2, available: 2, connected: 2 },
    openTasks: 1,
    updates: { accepted: 0, late: 1, abandoned: 0 },
  });
  expect(await view.clients("going")).toMatchObject([
    { client: 0, examples: null, lastSeen: 4, isAvailable: true, task: null, timesAnswered: 1, timesUsed: 0 },
    { client: 1, examples: null, lastSeen: 0, isAvailable: true, task: 1, version: 0 },
  ]);
  expect(await view.tasks("going")).toEqual([{ task: 1, client: 1, version: 0 }]);
  expect(await view.refusals("going")).toEqual([
    { at: 4, client: 0, task: 0, refusal: "late", detail: "its round is over" },
  ]);
  write([[6, "left", 1, null, null]]);
  appendFileSync(join(path, HISTORY_FILE), '[7, "jo');
  expect(await view.events("going", beginning.length)).toEqual({ last: 7, events: [[6, "left", 1, null, null]] });
  expect(await view.one("going")).toMatchObject({ clients: { available: 1 }, openTasks: 0 });
});

test("of a run that goes on the answers of a round that came to nothing are not taken, however far it was measured", async () => {
  const path = join(store.folder, "going");
  store.begin("going", path, sampleStart());
  mkdirSync(path);
  write([
    ...beginning,
    [5, "answered", 1, 1, 0, 1],
    [6, "refused", 1, 1, null, "abandoned: its round has no quorum"],
    [6, "asked", 1, 2, 0],
    [8, "answered", 1, 2, 0, 1],
  ]);
  const updates = { accepted: 1, late: 1, abandoned: 1, invalid: {} };
  expect(await view.one("going")).toMatchObject({ updates, measuredVersion: null });
  const bytes = { bytesUp: 1, bytesDown: 1 };
  const line = { version: 0, virtualSeconds: 0, testAccuracy: 0.1, testLoss: 2, updatesUsed: 0, ...bytes };
  appendFileSync(join(path, "metrics.jsonl"), `${JSON.stringify(line)}\n`);
  expect(await view.one("going")).toMatchObject({ updates, accuracy: 0.1, measuredVersion: 0 });
});

test("of a run that has ended its history says when each client was seen last, and who was there", async () => {
  const result = await sampleRun({ targetAccuracy: 0.5 });
  const open = (seed: number): ReturnType<typeof openRunFolder> =>
    openRunFolder({ store, start: sampleStart({ seed }), force: false, out: undefined });
  const told = open(1);
  for (const measurement of result.measurements) told.note({ measurement, versions: result.versions, wallSeconds: 1 });
  told.noteHistory([...beginning, [6, "left", 1, null, null]]);
  await told.finish(result, { report: false });
  await open(2).finish({ ...result, seed: 2 }, { report: false });
  const [first = "", second = ""] = (await view.list()).map(({ id }) => id);
  expect(await view.clients(first)).toMatchObject({
    0: { client: 0, lastSeen: 4, isAvailable: true, task: null },
    1: { client: 1, lastSeen: 0, isAvailable: false, task: null },
  });
  expect(await view.clients(second)).toMatchObject({ 0: { client: 0, lastSeen: null } });
}, 60_000);
