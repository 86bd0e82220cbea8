/**
 * Pictures of the Lab in light and dark, after a run of the plans that it begins with.
 *
 * @module
 */
import { buildSite } from "@potluck/cli";
import { type openBrowser, serveFolder } from "@potluck/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LONGEST_MILLISECONDS = 300_000;

/** Takes them into `folder`. */
export async function takeLab(browser: Awaited<ReturnType<typeof openBrowser>>, folder: string): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), "potluck-"));
  const site = await serveFolder(await buildSite(place));
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 560 } });
    await page.goto(`${site.url}/studio/#/lab`);
    await page.click(".run-bar .primary");
    await page.locator(".ending").nth(1).waitFor({ timeout: LONGEST_MILLISECONDS });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      const file = join(folder, `studio-lab-${colorScheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
      console.log(file);
    }
    await page.close();
  } finally {
    await site.close();
    await rm(place, { recursive: true, force: true });
  }
}
