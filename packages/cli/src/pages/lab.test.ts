import { parseScenario } from "@potluck/scenario";
import { type Coordinator, openCoordinator } from "@potluck/server";
import { simulate } from "@potluck/simulator";
import { findBrowser, NO_BROWSER, openBrowser, type ServedFolder, serveFolder } from "@potluck/testkit";
import { present } from "@potluck/core";
import axe from "axe-core";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { standAlone } from "./build-site.ts";
import { buildStudio } from "./build-studio.ts";
import { misplaced } from "./sample-layout.ts";

type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

const path = findBrowser();

describe.skipIf(path === null)(path === null ? NO_BROWSER : "in a browser", () => {
  let folder = "";
  let browser: Browser;
  let coordinator: Coordinator;
  let site: ServedFolder;
  let page: Page;
  const asked: URL[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "potluck-"));
    browser = await openBrowser(present(path, "a browser"));
    const studio = await buildStudio(join(folder, "studio"));
    coordinator = await openCoordinator({
      folder: join(folder, "coordinator"),
      isOpen: true,
      studio: async () => studio,
    });
    await cp(studio, join(folder, "site/studio"), { recursive: true });
    site = await serveFolder(await standAlone(join(folder, "site")));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await coordinator?.close();
    await site?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.newPage();
    page.on("request", (request) => asked.push(new URL(request.url())));
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    asked.length = 0;
    problems.length = 0;
  });
  afterEach(async () => page?.close());

  const texts = async (selector: string): Promise<readonly string[]> => page.locator(selector).allTextContents();

  /** The field of the scene with this name. */
  const field = (name: string): ReturnType<Page["locator"]> =>
    page.locator(".lab-fields label", { hasText: name }).first().locator("select, input");

  /** Opens the Lab with a scene that is over in a moment. */
  async function openClusters(address: string): Promise<void> {
    await page.goto(`${address}#/lab`);
    await field("Data").selectOption("clusters");
    await field("Clients").fill("10");
    await field("Clients").blur();
  }

  async function run(): Promise<void> {
    await page.click(".run-bar .primary");
    const status = async (): Promise<string | null> => page.textContent(".run-bar [role=status]");
    // A machine with neighbours takes its time to make ready what is trained with.
    await expect.poll(status, { timeout: 50_000 }).toBe("It is over.");
  }

  test("FedFix is tried against FedAvg: both curves are seen, nothing leaves the page, and the command line comes to the same", async () => {
    await openClusters(`${coordinator.url}/studio/index.html`);
    expect(asked.map(({ pathname }) => pathname).filter((name) => name.includes("ort"))).toEqual([]);
    await run();
    for (const curve of await page.locator(".lines polyline").all()) {
      expect((await curve.getAttribute("points"))?.split(" ").length).toBeGreaterThan(2);
    }
    expect(await page.locator(".lines").first().locator("polyline").count()).toBe(2);
    expect(await page.getAttribute(".lines svg", "aria-label")).toMatch(/FedAvg: \d+ points.*FedFix: \d+ points/);

    asked.length = 0;
    const shown = await shownFigures();
    await page.click("text=Run with another seed");
    await expect.poll(async () => page.textContent("#standings")).toContain("seed 2");
    await page.click("text=Pause");
    await expect.poll(async () => page.textContent(".run-bar [role=status]")).toContain("Paused");
    const paused = await texts("[data-field=virtualSeconds]");
    await page.waitForTimeout(500);
    expect(await texts("[data-field=virtualSeconds]")).toEqual(paused);
    await page.click("text=Go on");
    await page.click("text=End it");
    await expect.poll(async () => page.textContent(".run-bar [role=status]")).toBe("It is over.");
    // The frame of the studio asks who looks; else there are programs and nothing more.
    const others = asked.map(({ pathname }) => pathname).filter((name) => !name.startsWith("/studio/assets/"));
    expect(others.filter((name) => name !== "/v1/admin/whoami")).toEqual([]);

    for (const [at, title] of ["FedAvg", "FedFix"].entries()) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`text=Download ${title}`)]);
      const file: unknown = JSON.parse(await readFile(await download.path(), "utf8"));
      const { measurements, scorecard } = await simulate({ scenario: parseScenario(file, title), seed: 1, workers: 1 });
      const last = present(measurements.at(-1), "a measurement");
      const here = present(shown[at], "what was shown");
      expect(Number(here.version)).toBe(last.version);
      expect(here.updatesUsed).toBe(last.updatesUsed.toLocaleString("en"));
      expect(Math.abs(Number.parseFloat(here.testAccuracy) - 100 * (last.testAccuracy ?? 0))).toBeLessThan(0.5);
      expect(Math.abs(Number(here.testLoss) / last.testLoss - 1)).toBeLessThan(0.01);
      expect(here.bytesUp).toMatch(/^\d+ kB$/);
      expect(Number.parseInt(here.bytesUp, 10)).toBe(Math.round(scorecard.bottleneck.bytesUp / 1000));
    }
    expect(problems.filter((problem) => !problem.includes("401"))).toEqual([]);
  }, 120_000);

  interface Figures {
    readonly version: string;
    readonly updatesUsed: string;
    readonly testAccuracy: string;
    readonly testLoss: string;
    readonly bytesUp: string;
  }

  async function shownFigures(): Promise<readonly Figures[]> {
    const of = async (name: string): Promise<readonly string[]> => texts(`[data-field="${name}"]`);
    const [versions, updates, accuracies] = [await of("version"), await of("updatesUsed"), await of("testAccuracy")];
    const [losses, bytes] = [await of("testLoss"), await of("scorecard.bottleneck.bytesUp")];
    return versions.map((version, at) => ({
      version,
      updatesUsed: updates[at] ?? "",
      testAccuracy: accuracies[at] ?? "",
      testLoss: losses[at] ?? "",
      bytesUp: bytes[at] ?? "",
    }));
  }

  test("from a folder that any server serves, a link holds what was chosen, and a method leads to the Lab", async () => {
    await openClusters(`${site.url}/studio/`);
    await page.getByLabel("Plan 2", { exact: true }).selectOption("FedBuff");
    await page.click("text=Copy a link");
    const link = await page.getByLabel("The link").inputValue();
    const whole = new URL(link);
    expect(whole.hash).toMatch(/^#\/lab\/with\/[\w-]+$/);
    await page.goto("about:blank");
    await page.goto(link);
    await expect.poll(async () => page.getByLabel("Plan 2", { exact: true }).inputValue()).toBe("FedBuff");
    expect(await field("Clients").inputValue()).toBe("10");

    asked.length = 0;
    await run();
    expect(await page.locator(".lines").first().locator("polyline").count()).toBe(2);
    expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set([site.url]));
    expect(asked.filter(({ pathname }) => !/^\/studio\/assets\/(worker|ort|rolldown)[\w.-]+$/.test(pathname))).toEqual(
      [],
    );

    await page.goto(`${site.url}/studio/#/methods/codec/top-k`);
    await page.locator("a[href='#/lab/try/codec/top-k']").click();
    await expect.poll(async () => page.getByLabel("Plan 2", { exact: true }).inputValue()).toBe("top-k");
    await page.goto(`${site.url}/studio/#/runs`);
    await expect.poll(async () => page.textContent("main")).toContain("need a coordinator");
    expect(problems).toEqual([]);
  }, 120_000);

  /** What axe finds that keeps people out. */
  async function barriers(): Promise<readonly string[]> {
    const { violations }: { readonly violations: readonly Violation[] } = Object(await page.evaluate("axe.run()"));
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }

  interface Violation {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }

  test("it fits a telephone and keeps nobody out, light and dark, also where training fails", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await openClusters(`${site.url}/studio/`);
    for (const summary of await page.locator("summary").all()) await summary.click();
    const rate = page
      .locator(".part-form label", { hasText: /^learningRate/ })
      .first()
      .locator("input");
    await rate.fill("3000");
    await rate.blur();
    await run();
    const failures = page.locator('[data-plan="FedAvg"] [data-field="failures"]');
    expect(await failures.textContent()).toMatch(/tasks failed.*times: training left the finite numbers/);
    expect(await texts('[data-plan="FedAvg"] [data-field="scorecard.delay.tasksFailed"]')).toHaveLength(1);
    expect(await misplaced(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.evaluate(axe.source);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriers()).toEqual([]);
    }
  }, 120_000);
});
