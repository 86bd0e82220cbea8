/**
 * A picture of a page in light and one in dark.
 *
 * @module
 */
import type { openBrowser } from "@potluck/testkit";

/** A page of a browser. */
export type Page = Awaited<ReturnType<Awaited<ReturnType<typeof openBrowser>>["newPage"]>>;

/** Takes a page as `<path>-light.png` and `<path>-dark.png`: all of it, or what fits its window. */
export async function shoot(page: Page, path: string, isWhole: boolean): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${path}-${colorScheme}.png`, fullPage: isWhole });
    console.log(`${path}-${colorScheme}.png`);
  }
}
