/**
 * Measures the Lab: `npm run measure:lab` runs what it begins with, 50 clients on digits under FedAvg and FedFix, in a browser
 * without a window, and says when each reached its target, and for how long the page did not answer at most.
 *
 * @module
 */
import { buildSite } from "@potluck/cli";
import { findBrowser, NO_BROWSER, openBrowser, serveFolder } from "@potluck/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";

const WATCH = `globalThis.tasks = []; new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) globalThis.tasks.push(duration);
}).observe({ type: "longtask" })`;

const LONGEST_MILLISECONDS = 300_000;

const path = findBrowser();
if (path === null) {
  console.log(NO_BROWSER);
  process.exitCode = 1;
} else await measure(path);

async function measure(browserPath: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-"));
  const site = await serveFolder(await buildSite(folder));
  const browser = await openBrowser(browserPath);
  try {
    const page = await browser.newPage();
    await page.goto(`${site.url}/studio/index.html#/lab`);
    await page.waitForSelector(".run-bar");
    await page.evaluate(WATCH);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const start = performance.now();
    await page.click(".run-bar .primary");
    await page.locator(".ending").nth(1).waitFor({ timeout: LONGEST_MILLISECONDS });
    const seconds = (performance.now() - start) / 1000;
    const ends = await page.locator(".ending").allTextContents();
    const accuracies = await page.locator("[data-field=testAccuracy]").allTextContents();
    const tasks: number[] = await page.evaluate("globalThis.tasks");
    const { metrics } = await session.send("Performance.getMetrics");
    const busy = metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
    const { processInfo } = await (await browser.newBrowserCDPSession()).send("SystemInfo.getProcessInfo");
    const processor = processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    console.log(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`);
    console.log(`both plans had ended after ${seconds.toFixed(1)} s, the loading included: ${accuracies.join(", ")}`);
    for (const end of ends) console.log(end);
    console.log(`all processes of the browser took ${processor.toFixed(1)} s of processor time`);
    console.log(`longest task of the page: ${Math.max(0, ...tasks).toFixed(0)} ms, of ${tasks.length} above 50 ms`);
    console.log(`the page's thread has worked ${busy.toFixed(1)} s`);
  } finally {
    await browser.close();
    await site.close();
    await rm(folder, { recursive: true, force: true });
  }
}
