/**
 * Pictures of the page that joins, on a telephone: as it asks, as it takes part, and once it has left.
 *
 * @module
 */
import type { openBrowser } from "@potluck/testkit";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { shoot } from "./shoot.ts";

const SERVE = [
  "packages/cli/bin/potluck.js",
  "serve",
  "examples/08-live/plan.ts",
  "--port",
  "0",
  "--clients",
  "1",
  "--open",
];

/** So long it takes at most until the page is there, and until an answer of it counts. */
const TAKING_PART_MILLISECONDS = 120_000;

/** What pictures are taken with. */
export interface JoiningOptions {
  readonly root: string;
  readonly browser: Awaited<ReturnType<typeof openBrowser>>;
  readonly store: string;
  readonly addressIn: (program: ChildProcess) => Promise<string>;
}

/** Serves a run and takes the page with which it is joined. */
export async function takeJoining({ root, browser, store, addressIn }: JoiningOptions): Promise<void> {
  const folders = ["--store", store, "--folder", join(store, "coordinator")];
  const served = spawn(process.execPath, [...SERVE, ...folders], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  const image = (name: string): string => join(root, `docs/images/join-${name}`);
  try {
    // The page is built when it is asked for first.
    await page.goto(`${await addressIn(served)}/join`, { timeout: TAKING_PART_MILLISECONDS });
    await page.waitForSelector("#invited-to:not([hidden])", { timeout: 60_000 });
    await shoot(page, image("invitation"), true);
    await page.fill("input[name=minutes]", "30");
    await page.click("#start");
    await page.waitForSelector("#leave:enabled", { timeout: 60_000 });
    await page.waitForSelector("#given dd[data-field=answers]:not(:text-is('0'))", {
      timeout: TAKING_PART_MILLISECONDS,
    });
    await shoot(page, image("part"), false);
    await page.click("#leave");
    await page.waitForSelector("#over:not([hidden])");
    await shoot(page, image("over"), false);
  } finally {
    await page.close();
    served.kill("SIGINT");
    await new Promise((done) => served.once("exit", done));
  }
}
