import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunResult } from "@potluck/scenario";
import { beforeAll, expect, test } from "vitest";
import { openRunFolder, runId } from "./run-folder.ts";
import { runStore } from "../store/run-store.ts";
import { sampleStart } from "../store/sample-start.ts";
import { readOutcome } from "./run-outcome.ts";
import { sampleRun } from "./sample-run.ts";

let result: RunResult;
beforeAll(async () => {
  result = await sampleRun();
}, 60_000);

test("a run of which nothing could be measured leaves an empty metrics.jsonl, and its report lists it", async () => {
  const out = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    const store = runStore(join(out, "store"));
    const folder = openRunFolder({ store, start: sampleStart(), out: join(out, "run"), force: false });
    const place = await folder.finish({ ...result, measurements: [] }, { report: true });
    expect(place).toEqual({ run: "sample-20310507-080910", path: join(out, "run"), store: store.folder });
    expect(await readFile(join(place.path, "metrics.jsonl"), "utf8")).toBe("");
    expect(await readFile(join(place.path, "report.html"), "utf8")).toContain("metrics.jsonl</a> (0\u00a0B)");
  } finally {
    await rm(out, { recursive: true });
  }
});

test("of several models each is written, and goes with the run that a new one writes over", async () => {
  const out = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    const store = runStore(join(out, "store"));
    const request = { store, start: sampleStart(), out: join(out, "run"), force: true };
    const modelFiles = [Uint8Array.of(1), Uint8Array.of(2, 3)];
    await openRunFolder(request).finish({ ...result, modelFiles }, { report: true });
    expect([...(await readFile(join(out, "run", "model-1.onnx")))]).toEqual([2, 3]);
    expect(await readFile(join(out, "run", "report.html"), "utf8")).toContain("model-1.onnx</a> (2\u00a0B)");
    await openRunFolder(request).finish(result, { report: false });
    expect((await readdir(join(out, "run"))).filter((name) => name.startsWith("model-"))).toEqual([]);
  } finally {
    await rm(out, { recursive: true });
  }
});

test("a run that ends with an error on its way is written down as failed, with the reason", async () => {
  const store = runStore(await mkdtemp(join(tmpdir(), "potluck-")));
  try {
    const request = { store, start: sampleStart(), out: undefined, force: false };
    const [folder, refused] = [openRunFolder(request), openRunFolder(request)];
    const [measurement] = result.measurements;
    if (measurement !== undefined) folder.note({ measurement, versions: 3, wallSeconds: 1 });
    folder.fail(new Error("it rained"));
    refused.fail(new Error("it never began"));
    expect(store.list()).toMatchObject([{ status: "failed", ended: "it rained", rounds: null, modelHash: null }]);
  } finally {
    await rm(store.folder, { recursive: true });
  }
});

test("a run has ended, with all of its files, before its report is made: whoever is killed meanwhile leaves it finished", async () => {
  const store = runStore(await mkdtemp(join(tmpdir(), "potluck-")));
  try {
    const folder = openRunFolder({ store, start: sampleStart(), out: undefined, force: false });
    const finishing = folder.finish(result, { report: true });
    const [run] = store.list();
    expect(run).toMatchObject({ status: "finished", modelHash: result.modelHash });
    const files = ["metrics.jsonl", "model.onnx", "model.safetensors", "result.json", "summary.json"];
    expect((await readdir(run?.folder ?? "")).toSorted()).toEqual(files);
    const { path } = await finishing;
    expect((await readdir(path)).toSorted()).toEqual([...files, "report.html"].toSorted());
  } finally {
    await rm(store.folder, { recursive: true });
  }
});

test("a report that cannot be written is told, and its run stays finished", async () => {
  const store = runStore(await mkdtemp(join(tmpdir(), "potluck-")));
  try {
    const folder = openRunFolder({ store, start: sampleStart(), out: undefined, force: false });
    const [measurement] = result.measurements;
    if (measurement !== undefined) folder.note({ measurement, versions: 3, wallSeconds: 1 });
    await mkdir(join(store.folder, "sample-20310507-080910", "report.html"));
    const finishing = folder.finish(result, { report: true });
    await expect(finishing).rejects.toThrow(/report\.html" cannot be written/);
    folder.fail(new Error("it cannot be written"));
    expect(store.list()).toMatchObject([{ status: "finished", ended: result.ended }]);
  } finally {
    await rm(store.folder, { recursive: true });
  }
});

test("an id that a run had whose folder is gone is not given again, and leaves no folder", async () => {
  const store = runStore(await mkdtemp(join(tmpdir(), "potluck-")));
  try {
    const open = async (): Promise<string> => {
      const folder = openRunFolder({ store, start: sampleStart(), out: undefined, force: false });
      return (await folder.finish(result, { report: false })).run;
    };
    const first = await open();
    await rm(join(store.folder, first), { recursive: true });
    expect(await open()).toBe(`${first}-2`);
    expect(existsSync(join(store.folder, first))).toBe(false);
  } finally {
    await rm(store.folder, { recursive: true });
  }
});

test("runs that begin in the same second have folders and ids of their own", async () => {
  const store = runStore(await mkdtemp(join(tmpdir(), "potluck-")));
  try {
    const open = (): Promise<unknown> =>
      openRunFolder({ store, start: sampleStart(), out: undefined, force: false }).finish(result, { report: false });
    await open();
    await open();
    const id = "sample-20310507-080910";
    expect(store.list()).toMatchObject([id, `${id}-2`].map((run) => ({ id: run, folder: join(store.folder, run) })));
    expect(store.list().map((run) => readOutcome(run).outcome.modelHash)).toEqual([result.modelHash, result.modelHash]);
  } finally {
    await rm(store.folder, { recursive: true });
  }
});

test("what was read back of a run is what it came to, but for the model", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    const { model: _model, params: _params, layout: _layout, checkpoint: _checkpoint, ...rest } = result;
    const opened = openRunFolder({ store: runStore(folder), start: sampleStart(), out: undefined, force: false });
    await opened.finish(result, { report: false });
    const [run] = runStore(folder).list();
    expect(run === undefined ? null : readOutcome(run).outcome).toEqual(rest);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a run whose folder another run has taken has no result any more", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    const store = runStore(folder);
    const out = join(folder, "out");
    for (const force of [false, true]) {
      const opened = openRunFolder({ store, start: sampleStart(), out, force });
      await opened.finish(result, { report: false });
    }
    const [first] = store.list();
    expect(() => (first === undefined ? null : readOutcome(first))).toThrow(
      `the folder "${out}" holds the run "sample-20310507-080910-2", no longer "sample-20310507-080910"`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a run is named after its scenario and the time in UTC", () => {
  expect(runId("first-run", new Date("2031-05-07T08:09:10.123Z"))).toBe("first-run-20310507-080910");
});
