import { compareArms, momentTable, recordedArms, scoreRows } from "@potluck/comparison";
import { present, type Scorecard } from "@potluck/core";
import { outcomeFrom, type PlainOutcome, type RunOutcome } from "@potluck/scenario";
import { openRunsSite, type RunOverview, type RunsSite } from "@potluck/server";
import { findBrowser, NO_BROWSER, openBrowser, tiny } from "@potluck/testkit";
import axe from "axe-core";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { runStore, type RunStore } from "../store/run-store.ts";
import { storedRuns } from "../studio/stored-runs.ts";
import { buildStudio } from "./build-studio.ts";

type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

const path = findBrowser();
const RATES = { slow: 0.02, plain: 0.1, quick: 0.3 } as const;

describe.skipIf(path === null)(path === null ? NO_BROWSER : "in a browser", () => {
  let folder = "";
  let store: RunStore;
  let site: RunsSite;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "potluck-"));
    store = runStore(join(folder, "runs"));
    const files: string[] = [];
    for (const [name, learningRate] of Object.entries(RATES)) {
      const plan = { ...tiny.plan, solver: { name: "sgd", learningRate } };
      const file = join(folder, `${name}.json`);
      await writeFile(file, JSON.stringify({ ...tiny, name, plan, targetAccuracy: 0.5 }));
      files.push(file);
    }
    const quiet = { out: () => {}, err: () => {}, interactive: false, columns: 80 };
    await main(["compare", ...files, "--seeds", "2", "--store", store.folder], quiet);
    const studio = await buildStudio(join(folder, "studio"));
    site = await openRunsSite({ runs: storedRuns(store), studio: async () => studio });
    browser = await openBrowser(present(path, "a browser"));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    problems.length = 0;
    page = await browser.newPage();
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
  });
  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  async function open(hash: string): Promise<void> {
    await page.goto(`${site.url}/studio/index.html${hash}`);
  }

  async function answerOf(route: string): Promise<unknown> {
    return (await fetch(`${site.url}/v1/admin${route}`)).json();
  }

  async function runs(): Promise<readonly RunOverview[]> {
    const { runs: all }: { readonly runs: readonly RunOverview[] } = Object(await answerOf("/runs"));
    return all;
  }

  const text = async (field: string): Promise<string | null> => page.textContent(`[data-field="${field}"]`);

  test("three runs of an experiment are chosen and compared, and the link shows the same again", async () => {
    await open("#/runs");
    const [first] = (await runs()).toReversed();
    await expect.poll(async () => page.textContent(".runs tbody tr:first-child")).toContain(first?.name);
    await page.fill("input[type=search]", "seed 1");
    await expect.poll(async () => page.locator(".runs tbody tr").count()).toBe(3);
    for (const name of Object.keys(RATES)) await page.check(`[aria-label="Choose ${name}, seed 1"]`);
    await page.click("text=Compare 3 runs");
    await expect.poll(async () => page.textContent("h1")).toBe("slow, plain, quick");
    expect(await page.locator("svg .curve").count()).toBe(6);
    expect(await page.textContent("main")).toContain("At equal virtual time");
    await page.check("text=bytes");
    await expect.poll(() => page.url()).toContain("?at=bytes");
    await expect.poll(async () => page.textContent("main")).toContain("At equal bytes");
    const shown = await page.textContent("main");
    await page.reload();
    await expect.poll(async () => page.textContent("main")).toBe(shown);
  }, 60_000);

  test("an experiment is compared arm by arm over its seeds, and every number is that of the interface", async () => {
    const all = await runs();
    const experiment = present(all[0]?.experiments[0], "its experiment").experiment;
    await open(`#/compare/${experiment}?at=updates`);
    await expect.poll(async () => page.textContent("h1")).toBe("slow, plain, quick");
    expect(await page.locator("svg .band").count()).toBe(6);
    const results = new Map<string, RunOutcome>();
    for (const { id } of all) {
      const plain: PlainOutcome = Object(await answerOf(`/runs/${id}/result`));
      results.set(id, outcomeFrom(plain));
    }
    const asked = all.map(({ id, name, seed, scenario: kin, experiments }) => {
      const arm = experiments[0]?.arm ?? null;
      return { id, scenario: name, seed, kin, experiment, arm };
    });
    const comparison = compareArms(recordedArms(asked, ({ id }) => present(results.get(id), id)).arms);
    for (const { rows } of scoreRows(comparison)) {
      for (const { key, cells } of rows) {
        for (const [at, { text: wanted }] of cells.entries()) {
          expect(await text(`scores.${key}.${at}`)).toContain(wanted);
        }
      }
    }
    const { rows } = momentTable(comparison, "end");
    for (const [row, [, ...cells]] of rows.entries()) {
      for (const [at, cell] of cells.entries()) expect(await text(`ahead.end.${row}.${at}`)).toBe(cell);
    }
  }, 60_000);

  test("a recorded run is shown as the interface tells it", async () => {
    const run = present((await runs())[0], "a run");
    const scorecard: Scorecard = Object(await answerOf(`/runs/${run.id}/scorecard`));
    await open(`#/run/${run.id}`);
    await expect.poll(async () => page.textContent("h1")).toContain("ended");
    expect(Number(await text("version"))).toBe(run.version);
    expect(await text("accuracy")).toBe(`${(100 * present(run.accuracy, "its accuracy")).toFixed(1)}%`);
    expect(await text("bytesUp")).toBe(`${(run.bytesUp / 1000).toFixed(1)} kB`);
    expect(await text("scorecard.delay.idleShare")).toBe(`${(100 * scorecard.delay.idleShare).toFixed(1)}%`);
    await open("#/runs");
    const row = `[data-run="${run.id}"]`;
    await expect.poll(async () => page.textContent(`${row} [data-field=plan]`)).toBe(run.plan);
    expect(await page.textContent(`${row} [data-field=fleet]`)).toBe(run.fleet);
    expect(await page.textContent(`${row} [data-field=clients]`)).toBe(String(run.clients.known));
  }, 60_000);

  test("metrics and report are downloaded, and a run is deleted once that is confirmed", async () => {
    await open("#/runs");
    const { id } = present((await runs()).at(-1), "the last run");
    const row = page.locator(`[data-run="${id}"]`);
    const choose = async (name: string): Promise<void> => {
      await row.locator("summary").click();
      await row.getByText(name).click();
    };
    for (const [name, ending] of [
      ["Metrics", "jsonl"],
      ["Report", "html"],
      ["Model (ONNX)", "onnx"],
    ] as const) {
      const download = page.waitForEvent("download");
      await choose(name);
      const file = await (await download).path();
      const content = readFileSync(file, "utf8");
      if (ending === "jsonl") expect(content).toBe(readFileSync(join(store.folder, id, "metrics.jsonl"), "utf8"));
      if (ending === "html") expect(content).toContain("<!doctype html>");
    }
    await choose("Delete");
    await page.click("text=Keep it");
    expect(existsSync(join(store.folder, id))).toBe(true);
    await choose("Delete");
    await page.click("text=Delete it");
    await expect.poll(async () => row.count()).toBe(0);
    expect(existsSync(join(store.folder, id))).toBe(false);
    expect((await runs()).map((run) => run.id)).not.toContain(id);
  }, 60_000);

  test.each(["light", "dark"] as const)(
    "runs and comparisons fit a telephone and keep nobody out, %s",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 740 });
      const experiment = (await runs())[0]?.experiments[0]?.experiment ?? "";
      for (const [hash, ready] of [
        ["#/runs", ".runs tbody tr"],
        [`#/compare/${experiment}`, ".scorecards"],
        ["#/compare/nothing", "[role=alert]"],
      ] as const) {
        await open(hash);
        await page.waitForSelector(ready);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
        await page.evaluate(axe.source);
        const { violations }: { readonly violations: readonly { id: string; impact: string }[] } = Object(
          await page.evaluate("axe.run()"),
        );
        expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
      }
    },
    60_000,
  );
});
