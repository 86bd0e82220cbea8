/**
 * Finds a browser that is installed: Chromium or what descends from it.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
  "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
];

/** What a suite is called that is skipped because there is no browser. */
export const NO_BROWSER = "not run, as no Chromium, Chrome or Edge is installed (Debian: apt-get install chromium)";

/** The path of a browser: that in the variable `POTLUCK_BROWSER`, one on the path or in a usual place; null: none. */
export function findBrowser(): string | null {
  const given = process.env["POTLUCK_BROWSER"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const commands = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...(given === undefined ? [] : [given]), ...commands, ...PLACES].find((path) => existsSync(path)) ?? null;
}
