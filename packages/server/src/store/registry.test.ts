import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRegistry, registryFile, type RunRecord } from "./registry.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "potluck-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const first: RunRecord = {
  id: "a",
  name: "first",
  document: '{"name":"first"}',
  seed: 2 ** 52,
  startClients: 3,
  rehearsal: true,
  created: 1700000000.25,
  ended: false,
};
const second: RunRecord = { ...first, id: "b", name: "second", rehearsal: false, created: first.created - 1 };

test("runs are kept as they were created, the oldest first", () => {
  expect(existsSync(registryFile(folder))).toBe(false);
  const registry = openRegistry(folder);
  expect(registry.runs()).toEqual([]);
  registry.create(first);
  registry.create(second);
  registry.close();
  const again = openRegistry(folder);
  expect(again.runs()).toEqual([second, first]);
  again.close();
});

test("a run that has ended stays, and has ended", () => {
  const registry = openRegistry(folder);
  registry.create(first);
  registry.end("a");
  registry.end("a");
  expect(registry.runs()).toEqual([{ ...first, ended: true }]);
  registry.close();
});

test("a run is created once", () => {
  const registry = openRegistry(folder);
  registry.create(first);
  expect(() => registry.create(first)).toThrow("UNIQUE");
  registry.close();
});

test("who has it open is the coordinator of its folder", () => {
  const registry = openRegistry(folder);
  expect(() => openRegistry(folder)).toThrow(expect.objectContaining({ code: "folder-in-use" }));
  registry.close();
});
