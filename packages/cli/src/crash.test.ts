import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { rootKey, uniformStream } from "@potluck/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHECKPOINT_FILE } from "./output/run-folder.ts";
import { OUTCOME_FILE, readOutcome } from "./output/run-outcome.ts";
import { tiny } from "@potluck/testkit";
import { say, written } from "./sample-command.ts";
import type { RunRecord } from "./store/run-record.ts";
import { runStore } from "./store/run-store.ts";

const COMMAND = join(import.meta.dirname, "../bin/potluck.js");

/** How a process ended: its exit code, or the signal that ended it. */
type End = number | NodeJS.Signals | null;

/** Runs the command as a process of its own, which gets `signal` after so many seconds. */
async function run(words: readonly string[], signal?: NodeJS.Signals, afterSeconds = 0): Promise<End> {
  const child = spawn(process.execPath, [COMMAND, ...words], { stdio: "ignore" });
  const over = once(child, "exit");
  const cancel = new AbortController();
  const interrupt = async (): Promise<void> => {
    await sleep(1000 * afterSeconds, undefined, { signal: cancel.signal }).catch(() => undefined);
    if (signal !== undefined) child.kill(signal);
  };
  await Promise.all([over.then(() => cancel.abort()), interrupt()]);
  return child.exitCode ?? child.signalCode;
}

let folder = "";
let path = "";
/** How long the run takes if it is let be, and its model. */
let whole = { seconds: 0, modelHash: "" };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-crash-"));
  path = await written(folder, "tiny.json", { ...tiny, plan: { ...tiny.plan, versions: 100 } });
  const store = join(folder, "whole");
  const startedAt = performance.now();
  expect(await run(["simulate", path, "--workers", "1", "--store", store])).toBe(0);
  const seconds = (performance.now() - startedAt) / 1000;
  whole = { seconds, modelHash: runStore(store).list()[0]?.modelHash ?? "" };
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Random instants, one in each of so many equal parts of the time that the run takes. */
function instants(count: number, seed: number): readonly number[] {
  const uniform = uniformStream(rootKey(seed));
  return Array.from({ length: count }, (_, part) => (whole.seconds * (part + uniform())) / count);
}

/** What must hold of a run whatever became of its process. */
function checkRun(record: RunRecord): void {
  expect(["finished", "interrupted"]).toContain(record.status);
  if (record.status === "finished") expect(record.modelHash).toBe(whole.modelHash);
  const hasResult = existsSync(join(record.folder, OUTCOME_FILE));
  // Files are there whole or not at all, and of a run that is written down as ended they are there.
  if (hasResult) expect(readOutcome(record).outcome.scenario).toBe("tiny");
  else expect(record).toMatchObject({ status: "interrupted", ended: "its process ended before the run did" });
}

describe.each([
  ["SIGINT", 1],
  ["SIGKILL", 2],
] as const)("%s at any instant", (signal, seed) => {
  const store = (): string => join(folder, signal);

  test("leaves a store that can be read, and every run finished or interrupted", async () => {
    for (const after of instants(5, seed)) {
      const words = ["simulate", path, "--workers", "1", "--store", store()];
      const end = await run(words, signal, after);
      expect([0, 130, signal]).toContain(end);
      for (const record of runStore(store()).list()) checkRun(record);
    }
    const listed = await say("runs", "--json", "--store", store());
    expect(listed.exitCode).toBe(0);
    for (const { id, folder: at } of runStore(store()).list()) {
      const { exitCode } = await say("report", id, "--store", store());
      expect(exitCode).toBe(existsSync(join(at, OUTCOME_FILE)) ? 0 : 1);
    }
  }, 120_000);

  test("leaves nothing where only the clock runs", async () => {
    const long = await written(folder, "long.json", { ...tiny, plan: { ...tiny.plan, versions: 1_000_000 } });
    const none = join(folder, "none");
    for (const after of instants(2, seed)) {
      const end = await run(["simulate", long, "--timing-only", "--store", none], signal, after);
      expect([130, signal]).toContain(end);
    }
    expect(existsSync(none)).toBe(false);
  }, 120_000);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "a run that %s ended on its way goes on to its model",
  async (signal) => {
    const store = join(folder, `on-its-way-${signal}`);
    const child = spawn(process.execPath, [COMMAND, "simulate", path, "--store", store], { stdio: "ignore" });
    const over = once(child, "exit");
    while (runStore(store).list().length === 0) await sleep(5);
    child.kill(signal);
    expect(await over).toEqual([130, null]);
    const [{ id, status, folder: at } = { id: "", status: "", folder: "" }] = runStore(store).list();
    expect([status, existsSync(join(at, CHECKPOINT_FILE))]).toEqual(["interrupted", true]);
    const { out } = await say("simulate", "--resume", id, "--format", "json", "--store", store);
    expect(JSON.parse(out)).toMatchObject({ status: "finished", modelHash: whole.modelHash });
  },
  60_000,
);
