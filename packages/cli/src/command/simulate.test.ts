import { parseScenario } from "@potluck/scenario";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { decodePlain, encodePlain } from "@potluck/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Within } from "../output/run-folder.ts";
import { tiny } from "@potluck/testkit";
import { sampleTable, say, type Said, written } from "../sample-command.ts";
import { softwareHere } from "../store/circumstances.ts";
import { runStore } from "../store/run-store.ts";
import { recordedRun, type RecordedRunRequest } from "./recorded-run.ts";
import { resumedRun } from "./resumed-run.ts";

/** The object that a command has printed as its last line. */
function objectIn(out: string): z.infer<typeof printed> {
  return printed.parse(JSON.parse(out));
}

const printed = z.looseObject({
  status: z.string(),
  virtualSeconds: z.number(),
  run: z.string().default(""),
  folder: z.string().default(""),
  modelHash: z.string().default(""),
  scorecard: z.looseObject({ bottleneck: z.looseObject({ bytesUp: z.number() }) }),
});

let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-simulate-"));
  path = await written(folder, "tiny.json", tiny);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const resume = async (run: string, store: string): Promise<Said> =>
  say("simulate", "--resume", run, "--format", "json", "--store", store);

/** A run in `store` that is interrupted at a version, its first unless said otherwise. */
async function interruptedRun(
  store: string,
  { version = 1, ...changes }: Partial<RecordedRunRequest> & { readonly version?: number } = {},
): Promise<string> {
  const controller = new AbortController();
  const { place } = await recordedRun({
    scenario: parseScenario(tiny, "tiny"),
    seed: 1,
    workers: 1,
    store: runStore(store),
    command: `npx potluck simulate ${path} --seed 1`,
    report: false,
    signal: controller.signal,
    onProgress: ({ measurement }) => {
      if (measurement.version === version) controller.abort();
    },
    ...changes,
  });
  return place.run;
}

/** The run in `store` that goes on from the run `id` and is interrupted again. */
async function interruptedAgain(store: string, id: string, version: number): Promise<string> {
  return interruptedRun(store, { version, ...(await resumedRun(runStore(store), id, undefined)) });
}

/** A checkpoint ends with the SHA-256 of what it holds. */
const SHA256_BYTES = 32;

const timed = z.looseObject({
  wall: z.object({
    wallSeconds: z.number(),
    executingSeconds: z.number(),
    busySeconds: z.number(),
    workers: z.number(),
  }),
  measuredAfter: z.array(z.number()),
});

/** What `result.json` of a run says of the time that it took. */
async function timeOf(store: string, run: string): Promise<z.infer<typeof timed>> {
  return timed.parse(JSON.parse(await readFile(join(store, run, "result.json"), "utf8")));
}

describe("potluck simulate --resume", () => {
  test("goes on with an interrupted run to the model and the measurements that it would have had", async () => {
    const store = join(folder, "store");
    const run = await interruptedRun(store);
    expect(existsSync(join(store, run, "checkpoint.bin"))).toBe(true);
    const whole = objectIn((await say("simulate", path, "--format", "json", "--store", store)).out);
    const { out, exitCode } = await say("simulate", "--resume", run, "--format", "json", "--store", store);
    const gone = objectIn(out);
    expect(exitCode).toBe(0);
    expect(gone).toMatchObject({ status: "finished", modelHash: whole.modelHash, scorecard: whole.scorecard });
    const metrics = async ({ folder: at }: { readonly folder: string }) => readFile(join(at, "metrics.jsonl"), "utf8");
    expect(await metrics(gone)).toBe(await metrics(whole));
    expect(existsSync(join(gone.folder, "checkpoint.bin"))).toBe(false);
  }, 60_000);

  test("goes on with a run that was interrupted twice, and its wall-clock times add up", async () => {
    const store = join(folder, "twice");
    const first = await interruptedRun(store);
    const file = join(store, first, "result.json");
    const slow = { wallSeconds: 1000, executingSeconds: 100, busySeconds: 200, workers: 1 };
    const before = timed.parse(JSON.parse(await readFile(file, "utf8")));
    await writeFile(file, JSON.stringify({ ...before, wall: slow, measuredAfter: [1, 999] }));
    const second = await interruptedAgain(store, first, 2);
    const [part, whole] = [await timeOf(store, second), objectIn((await resume(second, store)).out)];
    expect(part.measuredAfter).toEqual([1, 999, expect.any(Number)]);
    expect(part.measuredAfter[2]).toBeGreaterThan(1000);
    expect(part.wall.wallSeconds).toBeGreaterThan(1000);
    const { wall, measuredAfter } = await timeOf(store, whole.run);
    expect(measuredAfter.slice(0, 3)).toEqual(part.measuredAfter);
    expect(wall.wallSeconds).toBeGreaterThan(part.wall.wallSeconds);
    expect(wall.executingSeconds).toBeGreaterThan(part.wall.executingSeconds);
    expect(wall.busySeconds).toBeGreaterThan(part.wall.busySeconds);
  }, 60_000);

  test("keeps what was measured when it is interrupted again before anything else is", async () => {
    const store = join(folder, "at-once");
    const first = await interruptedRun(store);
    const metrics = async (run: string): Promise<string> => readFile(join(store, run, "metrics.jsonl"), "utf8");
    const going = await resumedRun(runStore(store), first, undefined);
    const second = await interruptedRun(store, { ...going, signal: AbortSignal.abort() });
    expect(await metrics(second)).toBe(await metrics(first));
    expect((await timeOf(store, second)).measuredAfter).toEqual((await timeOf(store, first)).measuredAfter);
  });

  test("leaves a run of a comparison in it, where it takes the place of the one that was interrupted", async () => {
    const store = join(folder, "compared");
    const within = (): Within => ({ experiment: "both", arm: "left" });
    const first = await interruptedRun(store, { within });
    const whole = objectIn((await resume(first, store)).out);
    expect(runStore(store).find("both")).toMatchObject([
      { id: first, arm: "left", status: "interrupted" },
      { id: whole.run, arm: "left", status: "finished" },
    ]);
    const report = await say("report", "both", "--store", store);
    expect(report).toMatchObject({ exitCode: 0, out: expect.stringContaining("report  ") });
  });

  test("finds runs from another folder than that in which they were run, in a store that was moved, too", async () => {
    const store = join(folder, "place");
    const run = await interruptedRun(relative(process.cwd(), store));
    await rename(store, `${store}-moved`);
    expect(await resumedRun(runStore(`${store}-moved`), run, undefined)).toMatchObject({ seed: 1 });
  });

  test("is refused for a run of another version of Potluck", async () => {
    const store = join(folder, "older");
    const run = await interruptedRun(store);
    const file = join(store, run, "checkpoint.bin");
    const state = z.looseObject({}).parse(decodePlain(new Uint8Array(await readFile(file)).subarray(0, -SHA256_BYTES)));
    const content = encodePlain({ ...state, software: { ...softwareHere(), potluck: "0.0.1" } });
    await writeFile(file, Buffer.concat([content, createHash("sha256").update(content).digest()]));
    const { exitCode, err } = await resume(run, store);
    expect(exitCode).toBe(1);
    expect(err).toContain("it was written with potluck 0.0.1, and this is potluck 0.1.0");
    expect(err).toContain("checkpoint-invalid");
  });

  test("of a run that has ended is refused, and so is a scenario that is not the run's", async () => {
    const store = join(folder, "other");
    const { run } = objectIn((await say("simulate", path, "--format", "json", "--store", store)).out);
    const ended = await say("simulate", "--resume", run, "--store", store);
    expect(ended.exitCode).toBe(1);
    expect(ended.err).toContain(`the run "${run}" has no checkpoint: it is finished`);
    const another = await written(folder, "another.json", { ...tiny, fleet: { name: "tiers" } });
    const mixed = await say("simulate", another, "--resume", await interruptedRun(store), "--store", store);
    expect(mixed.exitCode).toBe(1);
    expect(mixed.err).toContain('its fleet is {"name":"uniform"');
  });
});

describe("potluck simulate --resume of a run that reads a file", () => {
  let own = "";
  let table = "";
  let run = "";
  const began = sampleTable(1);
  const resumed = async (...words: readonly string[]): Promise<Said> =>
    say("simulate", ...words, "--resume", run, "--format", "json", "--store", join(own, "store"));

  beforeEach(async () => {
    own = await mkdtemp(join(folder, "reads-"));
    table = await written(own, "table.csv", began);
    const data = { name: "csv", file: table, target: "answer" };
    const scenario = parseScenario({ ...tiny, data, partition: { name: "iid", clients: 3 } }, "tiny");
    run = await interruptedRun(join(own, "store"), { scenario });
  });

  test("goes on where the file is the same, and keeps what it held when the run began", async () => {
    const { run: whole } = objectIn((await resumed()).out);
    const [first, second] = [run, whole].map((id) => runStore(join(own, "store")).find(id)[0]);
    expect(second).toMatchObject({ status: "finished", inputs: { [table]: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(second?.inputs).toEqual(first?.inputs);
  });

  test("is refused where the file holds something else, and nothing is run", async () => {
    await written(own, "table.csv", began.replaceAll("yes", "maybe").replaceAll("no", "yes").replaceAll("maybe", "no"));
    const { exitCode, out } = await resumed();
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: "checkpoint-invalid", message: expect.stringContaining(`"${table}" holds something else now`) },
    });
    expect(runStore(join(own, "store")).list()).toHaveLength(1);
    await written(own, "table.csv", began);
    expect((await resumed()).exitCode).toBe(0);
  });

  test("is refused where the file is missing, or the scenario that is given reads another", async () => {
    const other = { name: "csv", file: await written(own, "other.csv", began), target: "answer" };
    const scenario = { ...tiny, data: other, partition: { name: "iid", clients: 3 } };
    const elsewhere = await resumed(await written(own, "other.json", scenario));
    await rm(table);
    for (const { exitCode, err } of [elsewhere, await resumed()]) {
      expect(exitCode).toBe(1);
      expect(err).toContain(`"${table}" is missing, or not read any more`);
      expect(err).toContain("checkpoint-invalid");
    }
  });
});

describe("potluck simulate --timing-only", () => {
  test("says of conversions that it takes all as believed, where a plan has any", async () => {
    const warning = "all are taken as believed, since training alone tells which are";
    expect((await say("simulate", path, "--timing-only")).out).not.toContain(warning);
    const plan = {
      ...tiny.plan,
      pacing: { name: "fed-buff", updates: 1 },
      conversion: { name: "gradient-inversion", fromStaleness: 3, examples: 4, iterations: 2 },
      versions: 12,
    };
    const converting = await written(folder, "converting.json", { ...tiny, plan });
    const { out } = await say("simulate", converting, "--timing-only");
    expect(out).toMatch(/conversions +\d+ old updates? converted on the server: .+\n +all are taken as believed/u);
    expect(out.split(warning)).toHaveLength(2);
    // Training tells which are: a run with it does not say so.
    const trained = await say("simulate", converting, "--store", join(folder, "converting"));
    expect(trained.out).toContain("converted on the server");
    expect(trained.out).not.toContain(warning);
  });

  test("says what became of the fleet, and keeps nothing", async () => {
    const store = join(folder, "nothing");
    const { out, exitCode } = await say("simulate", path, "--timing-only", "--store", store);
    expect(exitCode).toBe(0);
    expect(out).toContain("finished: 3 versions were published (only the clock ran)");
    expect(out).toMatch(/versions +3\n/u);
    expect(out).toMatch(/of 6 clients never used/u);
    expect(existsSync(store)).toBe(false);
  });

  test("has the clock and the bytes of the run that trains", async () => {
    const clock = objectIn((await say("simulate", path, "--timing-only", "--format", "json")).out);
    const run = objectIn((await say("simulate", path, "--format", "json", "--store", join(folder, "trained"))).out);
    expect(clock).toMatchObject({ timingOnly: true, virtualSeconds: run.virtualSeconds, clients: 6, rounds: 3 });
    expect(clock.scorecard.bottleneck.bytesUp).toBe(run.scorecard.bottleneck.bytesUp);
  });
});

test("the command that repeats a run of a file with a space in its path is one that a shell reads", async () => {
  const [spaced, store] = [await written(folder, "my tiny.json", tiny), join(folder, "spaced")];
  const { run } = objectIn((await say("simulate", spaced, "--format", "json", "--store", store)).out);
  expect(runStore(store).find(run)[0]?.command).toBe(`npx potluck simulate '${spaced}' --seed 1 --store ${store}`);
});

test("classes of a table are called by the values of its target, in the result and in the report", async () => {
  const table = await written(folder, "answers.csv", sampleTable(1));
  const data = { name: "csv", file: table, target: "answer" };
  const [plan, store] = [await written(folder, "answers.json", { ...tiny, data }), join(folder, "answers")];
  const { folder: at } = objectIn((await say("simulate", plan, "--format", "json", "--store", store)).out);
  expect(JSON.parse(await readFile(join(at, "result.json"), "utf8"))).toMatchObject({
    data: { classes: 2, classNames: ["no", "yes"] },
  });
  expect(await readFile(join(at, "report.html"), "utf8")).toMatch(
    /The class that is recognised worst is (no|yes), with/,
  );
});

test("a simulation of nothing is a wrong command line", async () => {
  const { exitCode, err } = await say("simulate", "--timing-only");
  expect(exitCode).toBe(2);
  expect(err).toContain("missing required argument 'scenario'");
});
