import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";
import { written } from "../sample-command.ts";
import type { RunEnd } from "./run-record.ts";
import { runStore } from "./run-store.ts";
import { sampleStart } from "./sample-start.ts";

const COMMAND = join(import.meta.dirname, "../../bin/potluck.js");

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-store-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const end: RunEnd = {
  status: "finished",
  ended: "all is done",
  endedAt: "2031-05-07T08:10:10.123Z",
  wallSeconds: 60,
  virtualSeconds: 600,
  rounds: 3,
  testAccuracy: 0.5,
  testLoss: 1.25,
  bytesUp: 100,
  bytesDown: 2 ** 40,
  modelHash: "abc",
};

describe("the store", () => {
  test("gives back what it was given, a run that goes on as running", () => {
    const store = runStore(folder);
    expect(store.begin("a", join(folder, "a"), sampleStart())).toBe(true);
    expect(store.list()).toMatchObject([{ id: "a", status: "running", ended: null, modelHash: null }]);
    store.end("a", end);
    expect(store.list()).toEqual([{ id: "a", folder: join(folder, "a"), ...sampleStart(), ...end }]);
    expect(runStore(folder).list()).toEqual(store.list());
  });

  test("gives no id twice", async () => {
    const store = runStore(folder);
    expect(store.begin("a", join(folder, "a"), sampleStart())).toBe(true);
    expect(runStore(folder).begin("a", "elsewhere", sampleStart())).toBe(false);
    expect(store.list()).toMatchObject([{ folder: join(folder, "a") }]);
    store.end("a", end);
    expect(runStore(folder).begin("a", "elsewhere", sampleStart())).toBe(false);
    expect(await readdir(join(folder, "running"))).toEqual([]);
  });

  test("finds a run by its id, by its beginning, and the runs of an experiment", () => {
    const store = runStore(folder);
    for (const id of ["a-1", "a-2", "b-1"]) {
      store.begin(id, id, sampleStart({ experiment: id.startsWith("a") ? "both" : null }));
      store.end(id, end);
    }
    const ids = (word: string): readonly string[] => store.find(word).map(({ id }) => id);
    expect(ids("a-1")).toEqual(["a-1"]);
    expect(ids("both")).toEqual(["a-1", "a-2"]);
    expect(ids("bo")).toEqual(["a-1", "a-2"]);
    expect(ids("b-")).toEqual(["b-1"]);
    expect(() => ids("b")).toThrow(/begin with "b": both, b-1/);
    expect(() => ids("a")).toThrow(/several runs in .* begin with "a": a-1, a-2/);
    expect(() => ids("c")).toThrow('there is no run "c"');
  });

  test("has runs of several experiments, each with its arm there and in the order of that experiment", () => {
    const store = runStore(folder);
    store.begin("b", "b", sampleStart({ experiment: "first", arm: "left" }));
    store.begin("a", "a", sampleStart());
    for (const id of ["a", "b"]) store.end(id, end);
    for (const [run, arm] of [
      ["a", "up"],
      ["b", "down"],
      ["b", "down"],
    ] as const) {
      store.join({ experiment: "second", arm, run });
    }
    const found = store.find("second");
    expect(found.map(({ id, experiment, arm }) => [id, experiment, arm])).toEqual([
      ["a", "second", "up"],
      ["b", "second", "down"],
    ]);
    expect(store.find("first")).toMatchObject([{ id: "b", experiment: "first", arm: "left" }]);
    expect(store.find("b")).toMatchObject([{ id: "b", experiment: "first", arm: "left" }]);
  });

  test("gives an id to one experiment alone, and none that a run has", () => {
    const [one, other] = [runStore(folder), runStore(folder)];
    expect([one.claim("compare-1"), other.claim("compare-1"), other.claim("compare-2")]).toEqual([true, false, true]);
    one.begin("compare-3", "compare-3", sampleStart());
    one.end("compare-3", end);
    expect(other.claim("compare-3")).toBe(false);
  });

  test("finds folders from wherever it is named", () => {
    const store = runStore(folder);
    store.begin("a", join(folder, "a"), sampleStart());
    store.begin("b", join(tmpdir(), "elsewhere"), sampleStart());
    for (const id of ["a", "b"]) store.end(id, end);
    const typed = relative(process.cwd(), folder);
    const folders = [join(typed, "a"), join(tmpdir(), "elsewhere")];
    expect(
      runStore(typed)
        .list()
        .map((run) => run.folder),
    ).toEqual(folders);
  });

  test("leaves no lock behind", async () => {
    const store = runStore(folder);
    store.begin("a", "runs/a", sampleStart());
    expect(await readdir(join(folder, "running"))).toEqual(["a.lock"]);
    store.end("a", end);
    expect(await readdir(join(folder, "running"))).toEqual([]);
  });

  test("is not made by looking into it", () => {
    expect(runStore(join(folder, "nowhere")).list()).toEqual([]);
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });
});

/** A store as Potluck 0.1 first wrote it, in the folder in which the command was run. */
const VERSION_1 = `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, folder TEXT NOT NULL, scenario TEXT NOT NULL, title TEXT, seed INTEGER NOT NULL, file TEXT,
    plan TEXT NOT NULL, command TEXT NOT NULL, experiment TEXT, arm TEXT, versions TEXT NOT NULL,
    environment TEXT NOT NULL, startedAt TEXT NOT NULL, status TEXT NOT NULL, ended TEXT, endedAt TEXT,
    wallSeconds REAL, virtualSeconds REAL, rounds INTEGER, testAccuracy REAL, testLoss REAL, bytesUp REAL,
    bytesDown REAL, modelHash TEXT
  ) STRICT;
  INSERT INTO runs (id, folder, scenario, seed, plan, command, experiment, arm, versions, environment, startedAt, status)
  VALUES
    ('a-1', 'runs/a-1', 'a', 1, '{}', 'npx', 'both', 'left', '{}', '{}', '2031-05-07T08:09:10.123Z', 'finished'),
    ('a-2', 'out', 'a', 1, '{}', 'npx', NULL, NULL, '{}', '{}', '2031-05-07T08:09:11.123Z', 'finished');
  PRAGMA user_version = 1;`;

test("a store of version 1 is taken over, whoever looks into it first", async () => {
  const place = join(folder, "runs");
  for (const path of [join(place, "a-1"), join(folder, "out")]) await mkdir(path, { recursive: true });
  const table = new DatabaseSync(join(place, "runs.sqlite"));
  table.exec(VERSION_1);
  table.close();
  const store = runStore(place);
  expect(store.list()).toMatchObject([
    { id: "a-1", folder: join(place, "a-1"), experiment: "both", inputs: {} },
    { id: "a-2", folder: join(folder, "out"), experiment: null },
  ]);
  expect(store.find("both")).toMatchObject([{ id: "a-1", arm: "left" }]);
  expect(store.claim("both")).toBe(false);
});

test("a store of a later version is left as it is", async () => {
  const table = new DatabaseSync(join(folder, "runs.sqlite"));
  table.exec("PRAGMA user_version = 99");
  table.close();
  expect(() => runStore(folder).list()).toThrow("is of version 99, and this Potluck knows up to 2");
});

/** Runs that begin and end at once, one after another, in a process of their own. */
const HASTY = `
  const [store, start, end, folder] = process.argv.slice(1);
  const { runStore } = await import(store);
  const runs = runStore(folder);
  for (let at = 0; at < 200; at++) {
    runs.begin("run-" + at, "run-" + at, JSON.parse(start));
    runs.end("run-" + at, JSON.parse(end));
  }`;

test("whoever lists runs while they begin and end sees each of them go on or finished, never interrupted", async () => {
  const words = [join(import.meta.dirname, "run-store.ts"), JSON.stringify(sampleStart()), JSON.stringify(end), folder];
  const child = spawn(process.execPath, ["--input-type=module", "--eval", HASTY, "--", ...words], { stdio: "ignore" });
  const store = runStore(folder);
  const seen = new Set<string>();
  const gone = once(child, "exit");
  while (child.exitCode === null) {
    for (const { status } of store.list()) seen.add(status);
    await sleep(0);
  }
  expect(await gone).toEqual([0, null]);
  expect([...seen].filter((status) => status !== "running")).toEqual(["finished"]);
  expect(store.list({ status: "finished" })).toHaveLength(200);
}, 60_000);

test("a process that is killed in the middle leaves a store that can be read, and its run as interrupted", async () => {
  const long = { ...tiny, plan: { ...tiny.plan, versions: 100_000 } };
  const path = await written(folder, "long.json", long);
  const place = join(folder, "store");
  const child = spawn(process.execPath, [COMMAND, "simulate", path, "--store", place], { stdio: "ignore" });
  const store = runStore(place);
  while (store.list().length === 0) await sleep(20);
  await sleep(100);
  const [before] = store.list();
  expect(before).toMatchObject({ status: "running", scenario: "tiny" });
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  const [run, another] = store.list();
  expect(another).toBeUndefined();
  expect(run).toMatchObject({ status: "interrupted", ended: "its process ended before the run did", modelHash: null });
  expect(run?.file).toMatchObject({ name: "tiny" });
  expect(store.list({ status: "running" })).toEqual([]);
  expect(store.list({ status: "interrupted" })).toHaveLength(1);
  expect(store.begin("next", "next", sampleStart())).toBe(true);
  store.end("next", end);
});
