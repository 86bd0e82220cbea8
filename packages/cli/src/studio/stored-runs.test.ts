import { present } from "@potluck/core";
import { compareArms, recordedArms, titleOf } from "@potluck/comparison";
import { outcomeFrom, type PlainOutcome, type RunResult } from "@potluck/scenario";
import type { RunsView } from "@potluck/server";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FolderRequest, openRunFolder } from "../output/run-folder.ts";
import { sampleRun } from "../output/sample-run.ts";
import { nothingMeasured } from "../store/run-record.ts";
import { sampleStart } from "../store/sample-start.ts";
import { type RunStore, runStore } from "../store/run-store.ts";
import { storedRuns } from "./stored-runs.ts";

let folder = "";
let store: RunStore;
let view: RunsView;
let result: RunResult;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
  store = runStore(join(folder, "runs"));
  view = storedRuns(store);
  result = await sampleRun({ targetAccuracy: 0.5 });
  await record("tiny", 1, { within: () => ({ experiment: "compare-1", arm: "tiny" }) });
  await record("other", 1, { within: () => ({ experiment: "compare-1", arm: "other" }) });
  await record("tiny", 9, {}, true);
}, 60_000);
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Writes the result down as that of a run. */
async function record(
  scenario: string,
  seed: number,
  place: Partial<Pick<FolderRequest, "within" | "out">>,
  report: boolean = false,
): Promise<void> {
  const { parts, settings } = result;
  const file = { name: scenario, fleet: { name: "uniform" } };
  const plan = { parts: parts.filter(({ room }) => !BESIDE.has(room)), settings };
  const start = sampleStart({ scenario, seed, file, plan });
  const own = openRunFolder({ store, start, force: false, out: undefined, ...place });
  for (const measurement of result.measurements) own.note({ measurement, versions: result.versions, wallSeconds: 1 });
  await own.finish({ ...result, scenario, seed }, { report });
}

/** Rooms of parts that are not of the plan. */
const BESIDE: ReadonlySet<string> = new Set(["model", "loss", "data", "partition", "fleet"]);

test("the runs of a store are seen like those of a coordinator, with their arms", async () => {
  const runs = await view.list();
  expect(runs.map(({ name, seed, experiments }) => [name, seed, experiments.map(({ arm }) => arm)])).toEqual([
    ["tiny", 1, ["tiny"]],
    ["other", 1, ["other"]],
    ["tiny", 9, []],
  ]);
  const [first, second, third] = runs;
  expect(first).toMatchObject({
    plan: expect.stringContaining("mean, sgd"),
    fleet: "uniform",
    clock: "virtual",
    state: "ended",
    version: result.versions,
    measuredVersion: result.measurements.at(-1)?.version,
    clients: { known: result.clients.length, available: null },
    updates: { accepted: result.clients.reduce((sum, { timesUsed }) => sum + timesUsed, 0), late: 0 },
  });
  expect(first?.scenario).toBe(third?.scenario);
  expect(first?.scenario).not.toBe(second?.scenario);
  const [kept] = store.list();
  expect(first).toMatchObject({ seconds: kept?.virtualSeconds, accuracy: kept?.testAccuracy });
});

test("results are those that comparisons are made of", async () => {
  const runs = (await view.list()).slice(0, 2);
  const results = new Map<string, PlainOutcome>();
  for (const { id } of runs) {
    const plain: PlainOutcome = Object(await view.result(id));
    results.set(id, plain);
  }
  const asked = runs.map(({ id, name, seed, scenario, experiments }) => {
    const { experiment = null, arm = null } = experiments[0] ?? {};
    return { id, scenario: name, seed, kin: scenario, experiment, arm };
  });
  const { arms } = recordedArms(asked, ({ id }) => outcomeFrom(present(results.get(id), id)));
  expect(titleOf(arms)).toBe("tiny, other");
  expect(compareArms(arms).rows.length).toBeGreaterThan(5);
});

describe("a run", () => {
  test("has measurements, a scorecard, clients, a model and a report, whether it has left one or not", async () => {
    const [compared] = await view.list();
    const id = compared?.id ?? "";
    expect(await view.measurements(id)).toEqual(result.measurements);
    expect(await view.scorecard(id)).toHaveProperty("starvation.clientsNeverUsed");
    expect(await view.clients(id)).toHaveLength(result.clients.length);
    expect(await view.model(id, { format: "onnx", number: null })).toEqual(
      readFileSync(join(store.folder, id, "model.onnx")),
    );
    expect(await view.model(id, { format: "onnx", number: 1 })).toBe("unknown");
    expect(existsSync(join(store.folder, id, "report.html"))).toBe(false);
    expect(await view.report(id)).toEqual({ html: expect.stringContaining("<!doctype html>") });
    expect(await view.summary(id)).toMatchObject({ run: id, seed: 1 });
    const own = present((await view.list()).at(-1), "a run of its own").id;
    expect(await view.report(own)).toEqual({ html: readFileSync(join(store.folder, own, "report.html"), "utf8") });
    expect(await view.one("none")).toBeNull();
    expect(await view.stop(id, "")).toBe(false);
  });

  test("that goes on is seen as far as it was measured, and is neither stopped nor deleted", async () => {
    const path = join(store.folder, "going");
    store.begin("going", path, sampleStart());
    mkdirSync(path);
    const line = {
      version: 2,
      virtualSeconds: 4,
      testAccuracy: 0.6,
      testLoss: 0.9,
      updatesUsed: 6,
      bytesUp: 1,
      bytesDown: 2,
    };
    appendFileSync(join(path, "metrics.jsonl"), `${JSON.stringify(line)}\n{"version": 3, "virt`);
    expect(await view.one("going")).toMatchObject({
      state: "running",
      version: 2,
      accuracy: 0.6,
      measuredVersion: 2,
      seconds: 4,
      ended: null,
    });
    expect(await view.measurements("going")).toEqual([line]);
    expect(await view.result("going")).toBe("missing");
    expect(await view.report("going")).toBe("missing");
    expect(await view.stop("going", "")).toBe("elsewhere");
    expect(await view.remove("going")).toBe(false);
    store.end("going", {
      status: "failed",
      ended: "the disk is full",
      endedAt: "",
      ...nothingMeasured,
    });
    expect(await view.one("going")).toMatchObject({ state: "ended", ended: "failed: the disk is full", version: 2 });
  });

  test("that is deleted takes its folder and its place in experiments along, and nothing of others", async () => {
    const [gone, kept] = (await view.list()).map(({ id }) => id);
    expect(await view.remove(gone ?? "")).toBe(true);
    expect(existsSync(join(store.folder, gone ?? ""))).toBe(false);
    expect(existsSync(join(store.folder, kept ?? "", "model.onnx"))).toBe(true);
    expect(store.memberships().some(({ run }) => run === gone)).toBe(false);
    expect(await view.remove(gone ?? "")).toBeNull();
  });

  test("that lies in a folder of somebody's choice leaves there what is not its own", async () => {
    const out = join(folder, "chosen");
    await record("other", 2, { out });
    await writeFile(join(out, "notes.txt"), "mine");
    const { id } = present(
      store.list().find((run) => run.folder === out),
      "the run",
    );
    expect(await view.remove(id)).toBe(true);
    expect(existsSync(join(out, "model.onnx"))).toBe(false);
    expect(readFileSync(join(out, "notes.txt"), "utf8")).toBe("mine");
  });
});
