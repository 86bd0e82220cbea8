import type { HistoryRow } from "@potluck/scenario";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HISTORY_FILE, historyPart, historyWriter } from "./history-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "potluck-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const row = (task: number): HistoryRow => [task, "asked", 0, task, 1];

async function allOf(): Promise<string> {
  let [text, place] = ["", 0];
  for (let part = await historyPart(folder, 0); part.text !== ""; part = await historyPart(folder, place)) {
    text += part.text;
    place = part.last;
  }
  return text;
}

test("what is written is read again, part by part, whatever its length", async () => {
  const { note, save } = historyWriter(() => folder);
  const rows = Array.from({ length: 60_000 }, (_, task) => row(task));
  for (const one of rows) note([one]);
  save(folder);
  expect(await allOf()).toBe(rows.map((one) => `${JSON.stringify(one)}\n`).join(""));
});

test("rows wait for a folder; a line that is being written is not read yet; a folder without one has none", async () => {
  expect(await historyPart(folder, 0)).toEqual({ text: "", last: 0 });
  let place: string | null = null;
  const { note, save } = historyWriter(() => place);
  note(Array.from({ length: 5000 }, (_, task) => row(task)));
  expect(await allOf()).toBe("");
  place = folder;
  note([row(5000)]);
  save(folder);
  appendFileSync(join(folder, HISTORY_FILE), "[5001,");
  const text = await allOf();
  expect(text.split("\n")).toHaveLength(5002);
  expect(text.endsWith('[5000,"asked",0,5000,1]\n')).toBe(true);
});
