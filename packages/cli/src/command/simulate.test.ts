import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { parseScenario } from "../scenario/parse.ts";
import { say, tiny, written } from "../sample-command.ts";
import { runStore } from "../store/run-store.ts";
import { recordedRun } from "./recorded-run.ts";

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

/** A run in `store` that is interrupted after its first version. */
async function interruptedRun(store: string): Promise<string> {
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
      if (measurement.version === 1) controller.abort();
    },
  });
  return place.run;
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

describe("potluck simulate --timing-only", () => {
  test("says what became of the fleet, and keeps nothing", async () => {
    const store = join(folder, "nothing");
    const { out, exitCode } = await say("simulate", path, "--timing-only", "--store", store);
    expect(exitCode).toBe(0);
    expect(out).toContain("finished: 3 versions were published (only the clock ran)");
    expect(out).toMatch(/rounds +3\n/u);
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

test("a simulation of nothing is a wrong command line", async () => {
  const { exitCode, err } = await say("simulate", "--timing-only");
  expect(exitCode).toBe(2);
  expect(err).toContain("missing required argument 'scenario'");
});
