import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Window } from "happy-dom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { tiny } from "@potluck/testkit";
import { say, written } from "../sample-command.ts";

const said = z.looseObject({
  comparison: z.string(),
  report: z.string(),
  arms: z.array(z.object({ name: z.string(), runs: z.array(z.string()) })),
  numbers: z.array(z.looseObject({ key: z.string(), arms: z.array(z.looseObject({ values: z.array(z.unknown()) })) })),
});

let folder = "";
let store: readonly ["--store", string] = ["--store", ""];
let outcome: z.infer<typeof said>;

const slower = { ...tiny, plan: { ...tiny.plan, solver: { name: "sgd", learningRate: 0.01 } } };
const file = async (name: string, content: unknown): Promise<string> => written(folder, name, content);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-compare-"));
  store = ["--store", join(folder, "store")];
  const paths = [await file("a.json", tiny), await file("b.json", { ...slower, name: "b" })];
  const plan = await file("short.json", { ...tiny.plan, versions: 2 });
  const { out, exitCode } = await say("compare", ...paths, "--plan", plan, "--seeds", "2", "--json", ...store);
  expect(exitCode).toBe(0);
  outcome = said.parse(JSON.parse(out));
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("potluck compare", () => {
  test("runs every arm on every seed, and keeps the runs", async () => {
    expect(outcome.arms.map(({ name, runs }) => [name, runs.length])).toEqual([
      ["tiny", 2],
      ["b", 2],
      ["short", 2],
    ]);
    const { out } = await say("runs", ...store);
    const listed = out.split("\n").filter((line) => line.includes(outcome.comparison));
    expect(listed.map((line) => line.split(" ", 1).join("")).toSorted()).toEqual(
      outcome.arms.flatMap(({ runs }) => runs).toSorted(),
    );
  });

  test("gives arms of the same seed the same first model, data and fleet: before training they are equal", async () => {
    const first = outcome.arms.map(async ({ runs }) => {
      const [line = ""] = (await readFile(join(folder, "store", runs[1] ?? "", "metrics.jsonl"), "utf8")).split("\n");
      return line;
    });
    const lines = new Set(await Promise.all(first));
    expect(lines.size).toBe(1);
    expect([...lines][0]).toMatch(/^\{"version":0,/);
  });

  test("writes one page that needs nothing else, with the data of every chart", async () => {
    const { document } = new Window();
    document.write(await readFile(outcome.report, "utf8"));
    expect([...document.querySelectorAll("script, link, img, iframe")]).toEqual([]);
    const titles = [...document.querySelectorAll("h2")].map(({ textContent }) => textContent);
    expect(titles).toEqual([
      "Who is ahead",
      "Accuracy against virtual time",
      "Accuracy against bytes",
      "Accuracy against updates",
      "Accuracy over clients",
      "Who takes part",
      "What was really optimised",
      "Accuracy at the end against bytes",
      "Not drawn",
      "Scorecards side by side",
      "What was compared",
      "Again",
    ]);
    const files = [...document.querySelectorAll("a[download]")].map((link) => link.getAttribute("href") ?? "");
    expect(files).toHaveLength(8);
    for (const address of files) expect(address).toMatch(/^data:text\/csv;charset=utf-8,\w+.*%0D%0A/);
  });

  test("its report can be written again from the store, to the same numbers", async () => {
    const again = await say("report", outcome.comparison, "--json", "--out", join(folder, "again.html"), ...store);
    expect(again.exitCode).toBe(0);
    const { numbers, arms } = said.omit({ comparison: true }).parse(JSON.parse(again.out));
    expect({ numbers, arms }).toEqual({ numbers: outcome.numbers, arms: outcome.arms });
    expect(existsSync(join(folder, "again.html"))).toBe(true);
  });

  test("the line that repeats one of its runs is that of the run alone, also of an arm with another plan", async () => {
    const [, last = ""] = outcome.arms[2]?.runs ?? [];
    const line = `npx potluck rerun ${last} --store ${join(folder, "store")}`;
    expect(JSON.parse((await say("runs", "show", last, "--json", ...store)).out)).toMatchObject({ command: line });
    await say("report", last, ...store);
    expect(await readFile(join(folder, "store", last, "report.html"), "utf8")).toContain(line);
    const page = await readFile(outcome.report, "utf8");
    expect(page).toContain(`npx potluck rerun --store ${join(folder, "store")} &lt;run&gt;`);
    expect(page).toMatch(/npx potluck compare \S+ \S+ --plan \S+ --seeds 2 --store /);
  });

  test("a run of it can be run again to the same model, and has a report of its own", async () => {
    const [run = ""] = outcome.arms[1]?.runs ?? [];
    const { out } = await say("report", run, ...store);
    expect(out).toBe(`report  ${join(folder, "store", run, "report.html")}\n`);
    expect(await readFile(join(folder, "store", run, "report.html"), "utf8")).toContain("Accuracy on held-out data");
    expect((await say("rerun", run, ...store)).out).toContain("the same model, bit by bit");
  });

  test("says on the terminal which numbers are virtual", async () => {
    const { out } = await say("report", outcome.comparison, ...store);
    expect(out).toContain("For each seed all arms share data, partition, fleet and first model.");
    expect(out).toMatch(/at equal virtual time: .* \(virtual\), where the first run ends/);
    expect(out).toMatch(/^ {2}b +\d.*points/m);
  });

  test("Ctrl-C ends it, and keeps the runs that were done", async () => {
    const own = join(folder, "cut");
    const long = { ...tiny, name: "long", plan: { ...tiny.plan, versions: 100_000 } };
    const paths = [await file("a.json", tiny), await file("long.json", long)];
    const running = say("compare", ...paths, "--seeds", "1", "--json", "--store", own);
    const isLong = (): boolean => existsSync(own) && readdirSync(own).some((name) => name.startsWith("long-"));
    const timer = setInterval(() => isLong() && process.emit("SIGINT"), 20);
    await once(process, "SIGINT");
    clearInterval(timer);
    const { exitCode, out, err } = await running;
    expect(exitCode).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ status: "interrupted", comparison: expect.stringMatching(/^compare-/) });
    expect(err).toContain("the runs that were done are kept: `npx potluck report compare-");
    const listed: unknown = JSON.parse((await say("runs", "--json", "--store", own)).out);
    expect(listed).toMatchObject([{ status: "finished" }, { status: "interrupted", arm: "long" }]);
  });

  test("an arm that cannot be run is refused before anything runs", async () => {
    const greedy = { ...tiny, name: "greedy", plan: { ...tiny.plan, pacing: { name: "rounds", cohort: 7 } } };
    const empty = join(folder, "empty");
    const refused = await say("compare", await file("a.json", tiny), await file("g.json", greedy), "--store", empty);
    expect(refused.exitCode).toBe(1);
    expect(existsSync(empty)).toBe(false);
  });

  test("a plan that is wrong is told with its path, and so are seeds", async () => {
    const plan = await file("wrong.json", { ...tiny.plan, versions: 0 });
    const refused = await say("compare", await file("a.json", tiny), "--plan", plan, ...store);
    expect(refused.err).toContain(`wrong.json" does not describe a scenario: plan.versions must be a whole number ≥ 1`);
    for (const seeds of ["0", "1,1", "x"]) {
      expect((await say("compare", await file("a.json", tiny), "--seeds", seeds)).exitCode).toBe(2);
    }
  });
});

describe("potluck report", () => {
  test("compares runs of scenarios that were run one by one, on the seeds that both have", async () => {
    const own: readonly ["--store", string] = ["--store", join(folder, "own")];
    const [a, b] = [await file("a.json", tiny), await file("b.json", { ...slower, name: "b" })];
    const runs: string[] = [];
    for (const [path, seed] of [
      [a, "1"],
      [a, "2"],
      [b, "2"],
    ] as const) {
      const { out } = await say("simulate", path, "--seed", seed, "--format", "json", ...own);
      runs.push(z.looseObject({ run: z.string() }).parse(JSON.parse(out)).run);
    }
    const report = await say("report", ...runs, ...own);
    expect(report.err).toContain("1 of 3 runs are left out");
    expect(report.out).toContain("2 arms, 1 seed (2).");
    const [first = "", , third = ""] = runs;
    const apart = await say("report", first, third, ...own);
    expect(apart).toMatchObject({ exitCode: 1, err: expect.stringContaining("tiny has 1; b has 2") });
  });
});

test("an arm whose model has diverged is told alike while it runs and in the table", async () => {
  const words = ["--set", "plan.solver.learningRate=0.1,1e30", "--seeds", "1", ...store];
  const oneStep = { ...tiny, plan: { ...tiny.plan, work: { steps: 1, batchSize: 8 } } };
  const { out, err } = await say("sweep", await file("one-step.json", oneStep), ...words);
  expect(err).toMatch(/^2\/2 learningRate=1e30, seed 1: stalled {2}accuracy none {2}virtual/m);
  expect(out).toMatch(/^1e30 +none/m);
});

test("potluck sweep runs every combination and lists the best first, as data, too", async () => {
  const words = ["--set", "plan.solver.learningRate=0.0001,0.1", "--seeds", "2", ...store];
  const { out, exitCode } = await say("sweep", await file("a.json", tiny), ...words, "--json");
  expect(exitCode).toBe(0);
  const { combinations, sweep } = z
    .looseObject({
      sweep: z.string(),
      combinations: z.array(z.looseObject({ mean: z.number(), settings: z.unknown() })),
    })
    .parse(JSON.parse(out));
  expect(combinations.map(({ settings }) => settings)).toEqual([
    { "plan.solver.learningRate": 0.1 },
    { "plan.solver.learningRate": 0.0001 },
  ]);
  expect(combinations[0]?.mean).toBeGreaterThan(combinations[1]?.mean ?? 1);
  expect((await say("report", sweep, ...store)).out).toContain("learningRate=0.1");
  const again = await say("sweep", await file("a.json", tiny), ...words);
  expect(again.out).toMatch(/`npx potluck sweep \S+ --set \S+ --seeds 2 --store \S+` does it again/);
  const twins = await say("sweep", await file("a.json", tiny), "--set", "name=a,b", ...store);
  expect(twins).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining("--set makes the same scenario of name=a and of name=b"),
  });
  const wrong = await say("sweep", await file("a.json", tiny), "--set", "plan.solvr.learningRate=1", ...store);
  expect(wrong.err).toContain('plan has no field "solvr"');
});
