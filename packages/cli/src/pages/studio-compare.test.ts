import { compareArms, duration, momentTable, recordedArms, scoreRows } from "@potluck/comparison";
import { ownState, present, type Scorecard } from "@potluck/core";
import { outcomeFrom, type PlainOutcome, type RunOutcome } from "@potluck/scenario";
import { type ClientOverview, openRunsSite, type RunOverview, type RunsSite } from "@potluck/server";
import { findBrowser, NO_BROWSER, openBrowser, tiny } from "@potluck/testkit";
import axe from "axe-core";
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { HISTORY_FILE } from "../output/history-file.ts";
import { nothingMeasured } from "../store/run-record.ts";
import { sampleStart } from "../store/sample-start.ts";
import { runStore, type RunStore } from "../store/run-store.ts";
import { storedRuns } from "../studio/stored-runs.ts";
import { buildStudio } from "./build-studio.ts";

type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

interface ClientsAnswer {
  readonly clients: readonly ClientOverview[];
}

const path = findBrowser();
const RATES = { slow: 0.02, plain: 0.1, quick: 0.3 } as const;
/** A plan that is coded, with two models. */
const CODED = {
  ...tiny,
  name: "coded",
  partition: { name: "replicated", clients: 6 },
  plan: {
    coding: { name: "gradient-coding", tolerated: 1 },
    models: [1, 2].map((rate) => ({ name: "sgd", learningRate: rate / 10 })),
    jobs: 8,
    batchSize: 60,
    patience: 0.5,
  },
};

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
    await writeFile(join(folder, "coded.json"), JSON.stringify(CODED));
    const quiet = { out: () => {}, err: () => {}, interactive: false, columns: 80 };
    await main(["simulate", join(folder, "coded.json"), "--seed", "3", "--store", store.folder], quiet);
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

  /** Those of the experiment. */
  async function compared(): Promise<readonly RunOverview[]> {
    return (await runs()).filter(({ experiments }) => experiments.length > 0);
  }

  const text = async (field: string): Promise<string | null> => page.textContent(`[data-field="${field}"]`);

  test("three runs of an experiment are chosen and compared, and the link shows the same again", async () => {
    await open("#/runs");
    const [first] = (await compared()).toReversed();
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
    const all = await compared();
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
    const run = present((await compared())[0], "a run");
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

  test("a recorded run is replayed: at each time the page shows what its history says of it", async () => {
    const run = present((await compared())[0], "a run");
    const answer = await fetch(`${site.url}/v1/admin/runs/${run.id}/history`);
    const rows = (await answer.text()).trim().split("\n");
    const history = rows.map((row) => ownState<readonly unknown[]>(JSON.parse(row)));
    await open(`#/run/${run.id}`);
    const slider = page.getByLabel("Time of the run");
    for (const share of [0.5, 0, 0.8]) {
      await slider.fill(String(1000 * share));
      const until = history.filter(([at]) => Number(at) <= share * run.seconds);
      const times = (what: string): number => until.filter(([, kind]) => kind === what).length;
      await expect.poll(async () => Number(await text("version"))).toBe(times("published"));
      expect(Number(await text("updates.accepted"))).toBe(times("answered"));
      expect(await page.textContent("main")).toContain("move the slider there to see them");
    }
    await page.click("text=Replay");
    await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(800);
    await page.click("text=Pause");
    await slider.focus();
    await page.keyboard.press("End");
    await expect.poll(async () => Number(await text("version"))).toBe(run.version);
  }, 60_000);

  test("each client of a recorded run was seen last when its history says, and who has no history says so", async () => {
    const run = present((await compared())[0], "a run");
    const { clients } = ownState<ClientsAnswer>(await answerOf(`/runs/${run.id}/clients`));
    const seen = clients.map(({ lastSeen }) => present(lastSeen, "when it was seen last"));
    expect(Math.max(...seen)).toBeGreaterThan(0.9 * run.seconds);
    await open(`#/run/${run.id}`);
    await page.waitForSelector(".player input");
    await page.focus("canvas");
    await page.keyboard.press("ArrowRight");
    const ago = duration(run.seconds - Math.min(...seen)).replaceAll("\u00a0", " ");
    await expect.poll(async () => page.textContent(".story")).toContain(`${ago} ago`);
    const file = join(store.folder, run.id, HISTORY_FILE);
    renameSync(file, `${file}-away`);
    const another = await openRunsSite({ runs: storedRuns(store), studio: async () => join(folder, "studio") });
    await page.goto(`${another.url}/#/run/${run.id}`);
    await expect.poll(async () => page.textContent("main")).toContain("no history of it was kept");
    await page.focus("canvas");
    await page.keyboard.press("ArrowRight");
    await expect.poll(async () => page.textContent(".story")).toMatch(/^Client \d.* it has answered \d+\.$/u);
    await another.close();
    renameSync(`${file}-away`, file);
  }, 60_000);

  test("of a run that goes on in another process nothing is said that nobody knows, and nothing offered that cannot be done", async () => {
    const place = join(store.folder, "going");
    store.begin("going", place, sampleStart({ scenario: "going" }));
    mkdirSync(place);
    const bytes = { bytesUp: 1000, bytesDown: 2000 };
    const measured = { version: 2, virtualSeconds: 4, testAccuracy: 0.6, testLoss: 0.9, updatesUsed: 6, ...bytes };
    appendFileSync(join(place, "metrics.jsonl"), `${JSON.stringify(measured)}\n`);
    await open("#/run/going");
    await expect.poll(async () => page.textContent("h1")).toContain("running");
    const shown = await page.textContent("main");
    expect(shown).not.toMatch(/No client has joined|Nothing (was|has)|No update|No target|counts? alike/u);
    expect(shown).toContain("It goes on in another process");
    expect(shown).toContain("What the run scores is not known until the run ends");
    expect([await page.locator(".deeds").count(), await text("openTasks"), await text("updates.late")]).toEqual([
      0,
      "–",
      "–",
    ]);
    appendFileSync(join(place, HISTORY_FILE), '[0,"joined",0,null,null]\n[1,"asked",0,0,0]\n');
    await expect.poll(async () => text("openTasks")).toBe("1");
    expect(await page.getAttribute("canvas", "aria-label")).toContain("1 training");
    const run = present((await compared())[0], "a run");
    await open(`#/compare/${run.id},going`);
    await expect.poll(async () => page.textContent("main")).toContain("going is not compared: it goes on.");
    store.end("going", { status: "interrupted", ended: "", endedAt: "", ...nothingMeasured });
    await open("#/run/going");
    await expect.poll(async () => page.textContent("main")).toContain("broke off and left no result");
    await expect.poll(async () => page.getByLabel("Time of the run").count()).toBe(1);
    expect(store.forget("going")).toBe(true);
  }, 60_000);

  test("a coded run shows every task by worker and round", async () => {
    const run = present(
      (await runs()).find(({ name }) => name === "coded"),
      "the coded run",
    );
    await open(`#/run/${run.id}`);
    const { tasks }: { readonly tasks: readonly { readonly fate: string }[] } = Object(
      await answerOf(`/runs/${run.id}/figures`),
    );
    expect(tasks.length).toBeGreaterThan(8 * 5);
    await expect.poll(async () => page.locator("svg.coded rect").count()).toBe(tasks.length);
    const late = tasks.filter(({ fate }) => fate === "late").length;
    expect(await page.getAttribute("svg.coded", "aria-label")).toContain(`${late} of which were not waited for`);
    expect(await page.locator("svg.coded rect.task-late").count()).toBe(late);
  }, 60_000);

  test("metrics and report are downloaded, and a run is deleted once that is confirmed", async () => {
    await open("#/runs");
    const { id } = present((await compared()).at(-1), "the last run");
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
      const experiment = (await compared())[0]?.experiments[0]?.experiment ?? "";
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
