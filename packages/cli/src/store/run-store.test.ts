import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tiny, written } from "../sample-command.ts";
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
    expect(store.begin("a", "runs/a", sampleStart())).toBe(true);
    expect(store.list()).toMatchObject([{ id: "a", status: "running", ended: null, modelHash: null }]);
    store.end("a", end);
    expect(store.list()).toEqual([{ id: "a", folder: "runs/a", ...sampleStart(), ...end }]);
    expect(runStore(folder).list()).toEqual(store.list());
  });

  test("gives no id twice", () => {
    const store = runStore(folder);
    expect(store.begin("a", "runs/a", sampleStart())).toBe(true);
    expect(runStore(folder).begin("a", "elsewhere", sampleStart())).toBe(false);
    expect(store.list()).toMatchObject([{ folder: "runs/a" }]);
    store.end("a", end);
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
