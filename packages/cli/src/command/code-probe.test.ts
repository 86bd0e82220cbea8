import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";
import { say, written } from "../sample-command.ts";

/** Four workers; one task in four of each takes eight times as long, in turn. */
const devices = Array.from({ length: 4 }, (_, worker) => ({
  tier: "process",
  flopsPerSecond: 5e5,
  uploadBytesPerSecond: 1e9,
  downloadBytesPerSecond: 1e9,
  latencySeconds: 0.02,
  slowdowns: Array.from({ length: 12 }, (__, turn) => (turn % 4 === worker ? 8 : 1)),
}));

let folder = "";
let path = "";

async function scenarioFile(name: string, coding: object, patience = 1): Promise<string> {
  return written(folder, `${name}.json`, {
    ...tiny,
    name,
    partition: { name: "replicated", clients: 4 },
    fleet: { name: "trace", file: join(folder, "devices.json") },
    plan: { coding, models: [{ name: "sgd", learningRate: 0.5 }], jobs: 24, batchSize: 96, patience },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-probe-"));
  await written(folder, "devices.json", { devices });
  path = await scenarioFile("probed", { name: "uncoded" });
});

/** Virtual seconds of a run. */
async function secondsOf(scenario: string): Promise<number> {
  const store = join(folder, "store");
  const { out } = await say("simulate", scenario, "--store", store, "--json");
  const { virtualSeconds }: { virtualSeconds: number } = JSON.parse(out.trim().split("\n").at(-1) ?? "");
  return virtualSeconds;
}

test("who probes, tunes, and runs what that proposes has the time that was foretold", async () => {
  const times = join(folder, "times.csv");
  const probed = await say("code", "probe", path, "--rounds", "24", "--out", times);
  expect(probed.exitCode).toBe(0);
  expect(probed.err).toContain("24 rounds at a load of 0.25 of a gradient");
  expect(probed.out).toMatch(/^ 0\.25 +24 +0 /m);
  expect(probed.out).toContain(`npx potluck code tune ${times} --models 1`);
  const { out } = await say("code", "tune", times, "--models", "1", "--json");
  const told: Told = JSON.parse(out);
  expect(told).toMatchObject({ advice: "code", slowness: "multiplies", best: { coding: { name: "gradient-coding" } } });
  const { coding, patience } = told.best;
  const { name, options } = coding;
  const coded = await secondsOf(await scenarioFile("tuned", { name, ...options }, patience));
  const uncoded = await secondsOf(path);
  expect(coded / 24).toBeCloseTo(told.best.heldOut, 2);
  expect(uncoded / 24).toBeCloseTo(told.kinds[0]?.heldOut ?? 0, 2);
  expect(coded).toBeLessThan(0.9 * uncoded);
}, 60_000);

interface Told {
  readonly best: {
    readonly coding: { readonly name: string; readonly options: object };
    readonly patience: number;
    readonly heldOut: number;
  };
  readonly kinds: readonly { readonly heldOut: number }[];
}

test("the same with processes, whose times are real", async () => {
  const times = join(folder, "live.csv");
  const { exitCode, out } = await say("code", "probe", path, "--live", "--rounds", "8", "--out", times, "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    file: times,
    loads: [
      { load: 0.25, rounds: 8 },
      { load: 0.125, rounds: 8 },
    ],
  });
  const [names, ...rounds] = (await readFile(times, "utf8")).trim().split("\n");
  expect(names).toBe("load,worker 0,worker 1,worker 2,worker 3");
  expect(rounds).toHaveLength(16);
  // Nobody answers sooner than two latencies.
  for (const round of rounds) for (const time of round.split(",").slice(1)) expect(Number(time)).toBeGreaterThan(0.04);
  const tuned = await say("code", "tune", times, "--models", "1");
  // Which of the two it is a busy machine may hide.
  expect(tuned.out).toMatch(/^slowness (adds to|multiplies) the time of work, .*: that foretells rounds held out to /m);
}, 120_000);

test("a file that is there is kept, unless it is to be written over; and it is a .csv file", async () => {
  const there = await written(folder, "there.csv", "1,2\n");
  const refused = await say("code", "probe", path, "--rounds", "8", "--out", there);
  expect(refused.exitCode).toBe(1);
  expect(refused.err).toContain("is there already");
  expect(await readFile(there, "utf8")).toBe("1,2\n");
  expect((await say("code", "probe", path, "--rounds", "8", "--out", there, "--force")).exitCode).toBe(0);
  expect(await readFile(there, "utf8")).toContain("load,worker 0");
  expect((await say("code", "probe", path, "--out", join(folder, "times.json"))).err).toContain("must end in .csv");
});

test("plans of averaging are refused: they have no code", async () => {
  const averaging = await written(folder, "averaging.json", { ...tiny, name: "averaging" });
  const { exitCode, err } = await say("code", "probe", averaging, "--out", join(folder, "none.csv"));
  expect(exitCode).toBe(1);
  expect(err).toContain("there is no code to choose");
});
