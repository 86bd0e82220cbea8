import { join as joinRun } from "@potluck/client";
import { ownState, present, type Scorecard } from "@potluck/core";
import { parseScenario, type RunFigures, type Scenario, scenarioToJson } from "@potluck/scenario";
import {
  type ClientOverview,
  type CoordinatedRun,
  type Coordinator,
  type CoordinatorOptions,
  openCoordinator,
  type RunOverview,
} from "@potluck/server";
import axe from "axe-core";
import { findBrowser, NO_BROWSER, openBrowser, tiny } from "@potluck/testkit";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { gzipSync } from "node:zlib";
import { buildStudio } from "./build-studio.ts";
import { barriers } from "./sample-barriers.ts";
import { misplaced } from "./sample-layout.ts";
import { localData } from "./sample-local-data.ts";

type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

const path = findBrowser();

let folder = "";
let studio = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
  studio = await buildStudio(join(folder, "studio"));
}, 60_000);
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** What a page loads before anything is done: the files that it names, and what these import at once. */
function loadedFirst(): readonly string[] {
  const read = (file: string): string => readFileSync(join(studio, file), "utf8");
  const named = read("index.html").matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/gu);
  const files = new Set(["index.html", ...Array.from(named, ([, file = ""]) => file)]);
  for (const file of files) {
    if (!file.endsWith(".js")) continue;
    for (const [, name] of read(file).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/gu)) files.add(`assets/${name}`);
  }
  return [...files];
}

test("what is loaded first is no more than 150 kB, compressed", () => {
  const files = loadedFirst();
  expect(files.length).toBeGreaterThan(2);
  const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(studio, file))).length, 0);
  expect(size).toBeLessThanOrEqual(150_000);
});

const scenario: Scenario = parseScenario({ ...tiny, name: "watched", plan: { ...tiny.plan, versions: 30 } }, "watched");
const CLIENTS = 6;

/** A run that has ended is as it was where the slider stands, and at its end as it is. */
async function replays(page: Page, { seconds, version, updates }: RunOverview): Promise<void> {
  const text = async (field: string): Promise<string | null> => page.textContent(`[data-field="${field}"]`);
  await page.focus("input[type=range]");
  await page.keyboard.press("Home");
  await expect.poll(async () => text("version")).toBe("0");
  expect(await page.getAttribute("input[type=range]", "aria-valuetext")).toMatch(/^0\.0 s of/);
  expect(await page.textContent("#events ~ ol")).toContain("joined");
  await page.keyboard.press("PageUp");
  await page.keyboard.press("PageUp");
  const half = Number(await text("updates.accepted"));
  expect(half).toBeLessThanOrEqual(updates.accepted);
  expect(await page.textContent('[data-field="bytesUp"] + .note')).toMatch(/^up to version \d+$|^not measured yet$/);
  await page.keyboard.press("End");
  await expect.poll(async () => text("version")).toBe(String(version));
  expect(Number(await text("updates.accepted"))).toBe(updates.accepted);
  await page.selectOption("#events ~ .controls select", "published");
  await expect.poll(async () => page.locator(".events li").count()).toBe(version);
  await page.selectOption("#events ~ .controls select", "all");
  expect(seconds).toBeGreaterThan(0);
}

describe.skipIf(path === null)(path === null ? NO_BROWSER : "in a browser", () => {
  let browser: Browser;
  let coordinator: Coordinator;
  let run: CoordinatedRun;
  let page: Page;
  const asked: string[] = [];
  const problems: string[] = [];
  let places = 0;

  async function serve(options: Partial<CoordinatorOptions> = {}): Promise<void> {
    coordinator = await openCoordinator({
      folder: join(folder, `coordinator-${places}`),
      isOpen: true,
      silenceSeconds: 60,
      studio: async () => studio,
      ...options,
    });
    run = await coordinator.begin({
      document: JSON.stringify(scenarioToJson(scenario)),
      seed: 1,
      startClients: CLIENTS,
    });
  }

  beforeAll(async () => {
    browser = await openBrowser(present(path, "a browser"));
  }, 60_000);
  afterAll(async () => browser?.close());
  beforeEach(async () => {
    places += 1;
    asked.length = 0;
    problems.length = 0;
    page = await browser.newPage();
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
  });
  afterEach(async () => {
    await page.close();
    await coordinator.close();
  });

  /** Lets all clients train until the run has ended. */
  async function train(): Promise<void> {
    const data = await localData(scenario);
    for (const own of data) await joinRun(coordinator.url, { data: own });
    await run.whenEnded;
  }

  async function showKey(key: string): Promise<void> {
    await page.fill("#key", key);
    await page.click("button[type=submit]");
  }

  const adminKey = (): string => readFileSync(coordinator.keyFile, "utf8").trim();

  async function answerOf(route: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${adminKey()}` };
    return (await fetch(`${coordinator.url}/v1/admin${route}`, { headers })).json();
  }

  const text = async (field: string): Promise<string | null> => page.textContent(`[data-field="${field}"]`);

  test("a wrong key is told to be one, a good one shows a run until it has ended, and every number is that of the interface", async () => {
    await serve();
    await page.goto(coordinator.url);
    await showKey("ключ");
    await expect.poll(async () => page.textContent("[role=alert]")).toContain("other characters");
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    await showKey("plk_000000000000_wrong");
    await expect.poll(async () => page.textContent("[role=alert]")).toContain("This key opens nothing");
    expect(await barriers(page, axe.source)).toEqual([]);
    await showKey(adminKey());
    await page.click("text=watched");
    await expect.poll(async () => page.textContent("main")).toContain("It begins once enough clients are there");
    await train();
    await expect.poll(async () => page.textContent(".state")).toBe("ended");
    expect(await barriers(page, axe.source)).toEqual([]);

    const seen: RunOverview = Object(await answerOf(`/runs/${run.record.id}`));
    const scorecard: Scorecard = Object(await answerOf(`/runs/${run.record.id}/scorecard`));
    expect(await text("accuracy")).toBe(`${(100 * present(seen.accuracy, "its accuracy")).toFixed(1)}%`);
    expect(Number(await text("version"))).toBe(seen.version);
    expect(Number(await text("updates.accepted"))).toBe(seen.updates.accepted);
    expect(await text("clients")).toBe(`${seen.clients.available} of ${seen.clients.known}`);
    const kilobytes = (size: number): string => `${(size / 1000).toFixed(1)} kB`;
    expect(await text("bytesUp")).toBe(kilobytes(seen.bytesUp));
    expect(await text("scorecard.bottleneck.bytesUp")).toBe(kilobytes(scorecard.bottleneck.bytesUp));
    expect(Number(await text("scorecard.starvation.clientsNeverUsed"))).toBe(scorecard.starvation.clientsNeverUsed);
    expect(await text("scorecard.delay.idleShare")).toBe(`${(100 * scorecard.delay.idleShare).toFixed(1)}%`);
    expect(await page.getAttribute("canvas", "aria-label")).toContain("6 clients");

    const figures = ownState<RunFigures>(await answerOf(`/runs/${run.record.id}/figures`));
    for (const [versions, updates] of figures.staleness) {
      expect(await text(`figures.staleness.${versions}`)).toBe(`${updates}${versions}`);
    }
    const points = (share: number): string => `${(100 * share).toFixed(1)}%`;
    for (const [at, group] of figures.objective.groups.entries()) {
      expect(await text(`figures.objective.groups.${at}.asked`)).toBe(points(group.asked));
      expect(await text(`figures.objective.groups.${at}.realised`)).toBe(points(group.realised));
    }
    const { clients } = ownState<{ readonly clients: readonly ClientOverview[] }>(
      await answerOf(`/runs/${run.record.id}/clients`),
    );
    // Many times are put together: each client is in one of the bars.
    const bars = await page.locator('[data-field^="clients.timesUsed"] .bar-value').allTextContents();
    expect(bars.reduce((sum, bar) => sum + Number(bar), 0)).toBe(clients.length);
    expect(await misplaced(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await misplaced(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 720 });
    expect(await page.title()).toBe("watched, ended – Potluck");
    expect(await page.textContent(".legend .plain")).toContain("before the end it was last fed");
    await replays(page, seen);

    await page.focus("canvas");
    await page.keyboard.press("ArrowRight");
    await expect.poll(async () => page.textContent(".story")).toMatch(/^Client \d.* it has answered \d+/);
    await page.check("text=bytes");
    await expect.poll(async () => page.getAttribute("figure svg", "aria-label")).toContain("against bytes");

    // The browser itself notes the refusal of the wrong key.
    expect(problems.filter((problem) => !problem.includes("401"))).toEqual([]);
    expect(new Set(asked)).toEqual(new Set([coordinator.url]));
  }, 60_000);

  test("a coordinator that is lost and comes back is told and found again", async () => {
    await serve({ openStatus: true });
    const { url } = coordinator;
    await page.goto(`${url}/#/run/${run.record.id}`);
    await expect.poll(async () => page.textContent("h1")).toContain("watched");
    await coordinator.close();
    await expect.poll(async () => page.textContent("main")).toContain("The coordinator does not answer");
    expect(await page.textContent("h1")).toContain("watched");
    await serve({ openStatus: true, port: Number(new URL(url).port) });
    await expect.poll(async () => page.textContent("main")).not.toContain("does not answer");
    await train();
    await expect.poll(async () => page.textContent(".state")).toBe("ended");
  }, 60_000);

  test("where the status is open no key is asked for, and nothing can be done; with a key a run is stopped", async () => {
    await serve({ openStatus: true });
    await page.goto(coordinator.url);
    await page.click("text=watched");
    await expect.poll(async () => page.textContent("h1")).toContain("watched");
    expect(await page.locator("text=Stop the run").count()).toBe(0);
    await page.evaluate(`sessionStorage.setItem("potluck-key", ${JSON.stringify(adminKey())})`);
    await page.reload();
    await page.click("button:text('Pause')");
    await expect.poll(async () => page.textContent(".state")).toBe("paused");
    expect(run.view.isPaused).toBe(true);
    await page.click("button:text('Resume')");
    await expect.poll(async () => page.textContent(".state")).toBe("waiting");
    const [own] = await localData(scenario);
    const gone = await joinRun(coordinator.url, { data: present(own, "data") });
    await page.focus("canvas");
    await page.keyboard.press("ArrowRight");
    await page.click("text=Send client 0 away …");
    expect(await barriers(page, axe.source)).toEqual([]);
    await page.click("text=Send it away");
    await expect.poll(async () => page.textContent(".story")).toContain("was sent away for good");
    await gone.leave();
    await page.click("text=Stop the run");
    await page.click("text=Stop it");
    await expect.poll(async () => page.textContent(".state")).toBe("ended");
    expect(run.view.ended?.ending?.reason).toBe("it was stopped in the studio");
    await page.click("text=Download ONNX");
    await expect.poll(async () => page.textContent("[role=alert]")).toContain("has not published a model yet");
  }, 60_000);

  test.each(["light", "dark"] as const)(
    "every view fits a telephone and keeps nobody out, %s",
    async (colorScheme) => {
      await serve({ openStatus: true });
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 740 });
      for (const view of ["#/runs", `#/run/${run.record.id}`, "#/methods", "#/methods/pacing/fed-fix"]) {
        await page.goto(`${coordinator.url}/studio/index.html${view}`);
        await expect.poll(async () => page.textContent("main")).toMatch(/watched|FedFix|fed-fix/);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
        expect(await barriers(page, axe.source)).toEqual([]);
      }
      await page.goto(`${coordinator.url}/studio/index.html#/methods`);
      await page.fill("input[type=search]", "nothing is called so");
      await expect.poll(async () => page.textContent(".card")).toContain("No method is like that.");
      expect(problems).toEqual([]);
    },
    60_000,
  );
});
