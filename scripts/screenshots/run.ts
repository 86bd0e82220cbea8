/**
 * Pictures of the studio, each view in light and dark, into `docs/images`: `npm run screenshots`. They show a live run of
 * `examples/08-live`, so that no two times give the same pictures. `npm run screenshots -- lab` takes those of the Lab alone.
 *
 * @module
 */
import { findBrowser, NO_BROWSER, openBrowser } from "@potluck/testkit";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLab } from "./lab.ts";
import { takeRecorded } from "./recorded.ts";

const root = join(import.meta.dirname, "../..");
const LIVE = ["packages/cli/bin/potluck.js", "live", "examples/08-live/plan.ts"];

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof openBrowser>>["newPage"]>>;

/** A view: where it is, and what is there once it can be taken. */
interface View {
  readonly name: string;
  readonly hash: string;
  readonly ready: string;
  /** Whether all of it is taken, and not only what fits the window. */
  readonly isWhole: boolean;
}

const VIEWS: readonly View[] = [
  { name: "run", hash: "", ready: ".curve", isWhole: true },
  { name: "methods", hash: "#/methods/pacing/fed-fix", ready: "details[open]", isWhole: false },
];

/** A run is a picture of something only after so long. */
const TRAINING_MILLISECONDS = 25_000;

const path = findBrowser();
if (path === null) {
  console.log(NO_BROWSER);
  process.exitCode = 1;
} else if (process.argv.includes("lab")) await labAlone(path);
else await main(path);

async function labAlone(browserPath: string): Promise<void> {
  const browser = await openBrowser(browserPath);
  try {
    await takeLab(browser, join(root, "docs/images"));
  } finally {
    await browser.close();
  }
}

async function main(browserPath: string): Promise<void> {
  const store = await mkdtemp(join(tmpdir(), "potluck-"));
  const live = spawn(process.execPath, [...LIVE, "--store", store], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  const browser = await openBrowser(browserPath);
  try {
    const url = await addressIn(live);
    const page = await browser.newPage({ viewport: { width: 1000, height: 560 } });
    await page.goto(url);
    await page.click(".runs a");
    const run = new URL(page.url()).hash;
    await page.waitForSelector(".curve", { timeout: 120_000 });
    await page.waitForTimeout(TRAINING_MILLISECONDS);
    for (const view of VIEWS) await take(page, { ...view, hash: view.hash === "" ? run : view.hash });
    const phone = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await phone.goto(page.url());
    await take(phone, { name: "phone", hash: run, ready: ".curve", isWhole: false });
    await takeLab(browser, join(root, "docs/images"));
    await takeRecorded({ root, browser, store: join(store, "recorded"), take, addressIn });
  } finally {
    await browser.close();
    if (live.exitCode === null) {
      live.kill("SIGINT");
      await new Promise((done) => live.once("exit", done));
    }
    await rm(store, { recursive: true, force: true });
  }
}

async function take(page: Page, { name, hash, ready, isWhole }: View): Promise<void> {
  await page.goto(new URL(hash, page.url()).href);
  await page.waitForSelector(ready, { timeout: 60_000 });
  await page.evaluate(`document.querySelector("details[open]")?.scrollIntoView()`);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300);
    const file = `docs/images/studio-${name}-${colorScheme}.png`;
    await page.screenshot({ path: join(root, file), fullPage: isWhole });
    console.log(file);
  }
}

/** The address that a live run prints. */
async function addressIn({ stderr }: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    // It is read on: what nobody reads any more ends the run.
    stderr?.on("data", (piece) => {
      said += String(piece);
      const url = /https?:\/\/\S+:\d+/.exec(said)?.[0];
      if (url !== undefined) resolve(url);
    });
    stderr?.once("end", () => reject(new Error(`the live run has not begun:\n${said}`)));
  });
}
