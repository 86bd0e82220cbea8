import { present } from "@potluck/core";
import { scenarioToJson } from "@potluck/scenario";
import { openCoordinator } from "@potluck/server";
import { findBrowser, NO_BROWSER, openBrowser, serveSite } from "@potluck/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import scenario from "./plan.ts";

const path = findBrowser();

test.skipIf(path === null)(
  path === null ? NO_BROWSER : "two pages of one's own train a model that tells nine of ten points",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "potluck-"));
    const browser = await openBrowser(present(path, "a browser"));
    const coordinator = await openCoordinator({ folder, isOpen: true });
    const document = JSON.stringify(scenarioToJson(scenario));
    const run = await coordinator.begin({ document, seed: 1, startClients: 2 });
    const site = await serveSite({ page: import.meta.dirname, files: import.meta.dirname, behind: coordinator.url });
    const pages = await Promise.all([browser.newPage(), browser.newPage()]);
    await Promise.all(pages.map(async (page) => page.goto(`${site.origin}/plain/index.html`)));
    await run.whenEnded;
    const { measurements } = await run.result();
    expect(measurements.at(-1)?.testAccuracy).toBeGreaterThan(0.9);
    await coordinator.close();
    for (const page of pages) await expect.poll(async () => page.textContent("#state")).toMatch(/^It is over/);
    await Promise.all([browser.close(), site.close()]);
    await rm(folder, { recursive: true });
  },
  120_000,
);
