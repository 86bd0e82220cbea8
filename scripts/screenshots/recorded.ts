/**
 * Pictures of recorded runs: the list, and a comparison of `examples/03-compare` in `potluck studio`.
 *
 * @module
 */
import type { openBrowser } from "@potluck/testkit";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

/** What takes pictures, and finds out where to. */
export interface RecordedTools {
  readonly root: string;
  readonly browser: Browser;
  /** Where runs can be kept. */
  readonly store: string;
  readonly take: (
    page: Page,
    view: { readonly name: string; readonly hash: string; readonly ready: string; readonly isWhole: boolean },
  ) => Promise<void>;
  readonly addressIn: (command: ChildProcess) => Promise<string>;
}

const COMMAND = "packages/cli/bin/potluck.js";
const PLANS = ["examples/03-compare/hasty.json", "examples/03-compare/patient.json"];
const LINK = ".runs a[href^='#/compare/']";

/** Compares two plans on three seeds, and takes pictures of what is recorded. */
export async function takeRecorded({ root, browser, store, take, addressIn }: RecordedTools): Promise<void> {
  spawnSync(process.execPath, [COMMAND, "compare", ...PLANS, "--seeds", "3", "--store", store], { cwd: root });
  const words = [COMMAND, "studio", store, "--port", "0"];
  const studio = spawn(process.execPath, words, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 640 } });
    await page.goto(`${await addressIn(studio)}/studio/index.html`);
    await take(page, { name: "runs", hash: "#/runs", ready: ".runs tbody tr", isWhole: false });
    const hash = await page.getAttribute(LINK, "href");
    await take(page, { name: "compare", hash: hash ?? "", ready: ".scorecards", isWhole: true });
    await page.close();
  } finally {
    studio.kill("SIGINT");
    await once(studio, "exit");
  }
}
