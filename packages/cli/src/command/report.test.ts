import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { tiny } from "@potluck/testkit";
import { say, written } from "../sample-command.ts";

const swept = z.looseObject({
  sweep: z.string(),
  combinations: z.array(z.looseObject({ settings: z.record(z.string(), z.unknown()), runs: z.array(z.string()) })),
});
const reported = z.looseObject({
  report: z.string(),
  arms: z.array(z.object({ name: z.string(), runs: z.array(z.string()) })),
  leftOut: z.array(z.object({ run: z.string(), arm: z.string(), seed: z.number(), why: z.string() })),
});

const RATES = [0.01, 0.05, 0.1];
let folder = "";
let sweep = "";
/** The runs of each learning rate, by seed. */
let runs = new Map<unknown, readonly string[]>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-report-"));
  const words = ["--set", `plan.solver.learningRate=${RATES.join(",")}`, "--seeds", "2", "--json"];
  const path = await written(folder, "tiny.json", tiny);
  const { out } = await say("sweep", path, ...words, "--store", join(folder, "whole"));
  const { sweep: id, combinations } = swept.parse(JSON.parse(out));
  sweep = id;
  runs = new Map(combinations.map((one) => [one.settings["plan.solver.learningRate"], one.runs]));
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function runOf(rate: number, seed: number): string {
  return runs.get(rate)?.[seed - 1] ?? "";
}

/** A copy of the store. */
async function copied(name: string): Promise<string> {
  const store = join(folder, name);
  await cp(join(folder, "whole"), store, { recursive: true });
  return store;
}

/** Makes a run of `store` one that Ctrl-C has ended. */
async function interrupt(store: string, run: string): Promise<void> {
  const path = join(store, run, "result.json");
  await writeFile(path, (await readFile(path, "utf8")).replace('"status":"finished"', '"status":"interrupted"'));
  await writeFile(join(store, run, "checkpoint.bin"), "");
  const table = new DatabaseSync(join(store, "runs.sqlite"));
  table.prepare("UPDATE runs SET status = 'interrupted' WHERE id = :run").run({ run });
  table.close();
}

const names = RATES.map((rate) => `learningRate=${rate}`);

describe("a sweep of which a run cannot be compared", () => {
  const losses: readonly (readonly [string, RegExp, (store: string, run: string) => Promise<void>])[] = [
    ["is gone", /has no result: .* is gone/, async (store, run) => rm(join(store, run), { recursive: true })],
    [
      "is damaged",
      /result\.json" cannot be read/,
      async (store, run) => writeFile(join(store, run, "result.json"), '{"run":'),
    ],
    ["was interrupted", /^it was interrupted: `npx potluck simulate --resume tiny-/, interrupt],
  ];

  test.each(losses)(
    "since it %s keeps its arms, in their order, and names what is left out",
    async (how, why, lose) => {
      const store = await copied(how.replaceAll(" ", "-"));
      await lose(store, runOf(0.01, 1));
      const { exitCode, out, err } = await say("report", sweep, "--json", "--store", store);
      expect(exitCode).toBe(0);
      const { arms, leftOut, report } = reported.parse(JSON.parse(out));
      expect(arms).toEqual(RATES.map((rate, at) => ({ name: names[at], runs: [runOf(rate, 2)] })));
      expect(leftOut.map(({ run, arm, seed }) => [run, arm, seed])).toEqual(
        RATES.map((rate, at) => [runOf(rate, 1), names[at], 1]),
      );
      expect(leftOut[0]?.why).toMatch(why);
      expect(leftOut.slice(1).map((one) => one.why)).toEqual(["not all arms have seed 1", "not all arms have seed 1"]);
      expect(err).toContain("3 of 6 runs are left out:");
      expect(err).toContain(`${runOf(0.05, 1)} (arm learningRate=0.05, seed 1): not all arms have seed 1`);
      expect(await readFile(report, "utf8")).toContain("Runs that are left out");
    },
  );

  test("loses its first arm only with all of its runs, and says so", async () => {
    const store = await copied("lost-arm");
    for (const seed of [1, 2]) await rm(join(store, runOf(0.01, seed)), { recursive: true });
    const { out, err } = await say("report", sweep, "--json", "--store", store);
    expect(reported.parse(JSON.parse(out)).arms.map(({ name }) => name)).toEqual(names.slice(1));
    expect(err).toContain("no run is left of learningRate=0.01: differences are from learningRate=0.05");
  });

  test("has the report of the one run that is left", async () => {
    const store = await copied("one-left");
    for (const rate of RATES) await interrupt(store, runOf(rate, 2));
    for (const rate of RATES.slice(1)) await interrupt(store, runOf(rate, 1));
    const { out, err } = await say("report", sweep, "--store", store);
    expect(out).toBe(`report  ${join(store, runOf(0.01, 1), "report.html")}\n`);
    expect(err).toContain("5 of 6 runs are left out:");
  });
});

test("an interrupted run is not compared as if it had ended: what to do is said", async () => {
  const store = await copied("cut");
  const [whole, cut] = [runOf(0.01, 1), runOf(0.05, 1)];
  await interrupt(store, cut);
  const refused = await say("report", whole, cut, "--json", "--store", store);
  expect(refused.exitCode).toBe(1);
  expect(JSON.parse(refused.out)).toEqual({
    error: {
      code: "run-missing",
      message: `the run "${cut}" was interrupted, and has no end to be compared with that of others`,
      remedy: `\`npx potluck simulate --resume ${cut} --store ${store}\` goes on with it; or leave it out.`,
    },
  });
  const alone = await say("report", cut, "--store", store);
  expect(alone).toMatchObject({ exitCode: 0, out: `report  ${join(store, cut, "report.html")}\n` });
});
