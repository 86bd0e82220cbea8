import { present } from "@potluck/core";
import { type Coordinator, openCoordinator } from "@potluck/server";
import axe from "axe-core";
import { findBrowser, NO_BROWSER, openBrowser } from "@potluck/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildStudio } from "./build-studio.ts";
import { barriers } from "./sample-barriers.ts";

type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

const path = findBrowser();

describe.skipIf(path === null)(path === null ? NO_BROWSER : "in a browser", () => {
  let folder = "";
  let browser: Browser;
  let coordinator: Coordinator;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "potluck-"));
    browser = await openBrowser(present(path, "a browser"));
    const studio = await buildStudio(join(folder, "studio"));
    coordinator = await openCoordinator({
      folder: join(folder, "coordinator"),
      isOpen: true,
      openStatus: true,
      studio: async () => studio,
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await coordinator?.close();
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
  afterEach(async () => page.close());

  const open = async (hash: string): Promise<unknown> => page.goto(`${coordinator.url}/studio/index.html${hash}`);
  const main = async (): Promise<string | null> => page.textContent("main");

  test("a method is found by its idea, and says what it fights, its equation, its knobs, its paper and what was measured", async () => {
    await open("#/methods");
    await page.fill("input[type=search]", "published by the clock");
    await page.click("text=fed-fix");
    await expect.poll(main).toContain("What came of it");
    expect(await page.textContent(".fights")).toContain("delay");
    expect(await page.locator(".equation math munder").count()).toBe(1);
    expect(await page.evaluate("document.querySelector('.equation math').namespaceURI")).toContain("MathML");
    expect(await page.textContent(".knobs")).toContain("intervalSeconds");
    expect(await page.textContent(".plan-line pre")).toBe('"pacing": { "name": "fed-fix", "intervalSeconds": 60 }');
    expect(await main()).toContain("A general theory for federated optimization");
    expect(await page.textContent(".dots")).toContain("0.5518 ± 0.0119");
    await page.click("text=All numbers");
    await expect.poll(async () => page.isVisible("text=18.5%").catch(() => false)).toBe(true);
    await page.click("nav.others >> text=fed-buff");
    await expect.poll(async () => page.textContent("h1")).toBe("fed-buff");
    expect(problems).toEqual([]);
  }, 60_000);

  test.each(["light", "dark"] as const)(
    "methods fit a telephone and keep nobody out, %s",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 740 });
      for (const hash of ["#/methods", "#/methods/pacing/fed-fix", "#/methods/nothing"]) {
        await open(hash);
        await expect.poll(main).toMatch(/What came of it|what is trained|No method is called/);
        await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
        expect(await barriers(page, axe.source)).toEqual([]);
      }
      expect(problems).toEqual([]);
    },
    60_000,
  );

  test("a catalogue that does not come is asked for again, one that is not understood is told and tried again", async () => {
    await page.route("**/methods.json", async (route) => route.abort());
    await open("#/methods");
    await expect.poll(main).toContain("The coordinator does not answer");
    expect(await barriers(page, axe.source)).toEqual([]);
    await page.unroute("**/methods.json");
    await page.route("**/methods.json", async (route) => route.fulfill({ json: {} }));
    await expect.poll(main, { timeout: 5000 }).toContain("That cannot be shown");
    expect(await barriers(page, axe.source)).toEqual([]);
    await page.unroute("**/methods.json");
    await page.click("text=Try again");
    await expect.poll(main).toContain("what is trained");
  }, 60_000);
});
