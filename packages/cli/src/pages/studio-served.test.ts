import { join as joinRun } from "@potluck/client";
import { present } from "@potluck/core";
import { parseScenario } from "@potluck/scenario";
import { findBrowser, NO_BROWSER, openBrowser, tiny } from "@potluck/testkit";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { runStore } from "../store/run-store.ts";
import { storedRuns } from "../studio/stored-runs.ts";
import { localData } from "./sample-local-data.ts";

const path = findBrowser();
const LATER: unknown = expect.toSatisfy((seconds: number) => seconds > 0);
const file = { ...tiny, name: "served", plan: { ...tiny.plan, versions: 10 } };

describe.skipIf(path === null)(path === null ? NO_BROWSER : "in a browser", () => {
  let folder = "";
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "potluck-"));
    browser = await openBrowser(present(path, "a browser"));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("a run of `potluck serve` that is watched in the page is seen to its end, whole, though the coordinator closes at once", async () => {
    const [document, store, kept] = ["served.json", "runs", "kept"].map((name) => join(folder, name));
    await writeFile(present(document, "a file"), JSON.stringify(file));
    const data = await localData(parseScenario(file, "served"));
    const words = [
      "serve",
      document,
      "--store",
      store,
      "--folder",
      kept,
      "--clients",
      String(data.length),
      "--port",
      "0",
    ];
    const said: string[] = [];
    const terminal = { out: () => {}, err: (text: string) => said.push(text), interactive: false, columns: 80 };
    let isClosed = false;
    const serving = main(
      words.map((word) => present(word, "a word")),
      terminal,
    ).finally(() => (isClosed = true));
    await expect.poll(() => said.join(""), { timeout: 30_000 }).toMatch(/http:\S+#token=/);
    const [link = ""] = /http:\S+#token=[^\s"]+/.exec(said.join("")) ?? [];
    const { origin, hash } = new URL(link);
    const page = await browser.newPage();
    await page.goto(origin);
    await page.fill("#key", readFileSync(join(kept ?? "", "admin-key"), "utf8").trim());
    await page.click("button[type=submit]");
    await page.click("text=served");
    await expect.poll(async () => page.textContent(".state")).toBe("waiting");
    const token = hash.slice("#token=".length);
    await Promise.all(data.map(async (own) => joinRun(origin, { data: own, token })));
    await expect.poll(async () => page.textContent(".state"), { timeout: 40_000 }).toBe("ended");
    await expect.poll(() => isClosed, { timeout: 40_000 }).toBe(true);
    expect(await serving).toBe(0);
    await expect.poll(async () => page.textContent("main"), { timeout: 5000 }).toContain("The coordinator has closed");
    const shown = await page.textContent("main");
    expect(shown).not.toContain("What is shown is as it was last");
    expect(shown).not.toMatch(/not known|cannot be replayed/);
    // All of it is there, as it was written down.
    const runs = storedRuns(runStore(present(store, "a store")));
    const run = present((await runs.list())[0], "the run");
    const text = async (field: string): Promise<string | null> => page.textContent(`[data-field="${field}"]`);
    expect(Number(await text("version"))).toBe(10);
    expect(await text("accuracy")).toBe(`${(100 * present(run.accuracy, "its accuracy")).toFixed(1)}%`);
    expect(await text("scorecard.starvation.clientsNeverUsed")).toBe("0");
    expect(await text("figures.objective.bias")).toMatch(/%$/);
    await page.focus("input[type=range]");
    await page.keyboard.press("Home");
    await expect.poll(async () => text("version")).toBe("0");
    await page.close();
    // It is kept with its history, as simulations are.
    const { text: history } = present(await runs.history(run.id, 0), "its history");
    expect(history.match(/"published"/gu)).toHaveLength(10);
    const clients = await runs.clients(run.id);
    expect(clients).toHaveLength(data.length);
    for (const client of Array.isArray(clients) ? clients : []) expect(client).toMatchObject({ lastSeen: LATER });
    expect(await runs.measurements(run.id)).toHaveLength(11);
    expect(
      readFileSync(join(store ?? "", run.id, "metrics.jsonl"), "utf8")
        .trim()
        .split("\n"),
    ).toHaveLength(11);
  }, 120_000);
});
