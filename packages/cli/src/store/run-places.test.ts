import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keptPlace, keptPlaceOfOld, placeOf } from "./run-places.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-places-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("folders in the store are kept relative to it, however both are written, and others as absolute paths", () => {
  const store = join(folder, "runs");
  const typed = relative(process.cwd(), store);
  for (const path of [join(store, "a"), join(typed, "a")]) {
    expect([keptPlace(store, path), keptPlace(typed, path)]).toEqual(["a", "a"]);
  }
  expect(keptPlace(typed, join(typed, "deep", "er"))).toBe("deep/er");
  expect(keptPlace(store, join(folder, "elsewhere"))).toBe(join(folder, "elsewhere"));
  expect(keptPlace(store, `${store}-too`)).toBe(`${store}-too`);
  expect(keptPlace(store, join(store, "..dots"))).toBe("..dots");
});

test("and are found from wherever the store is named", () => {
  expect(placeOf("runs", "a")).toBe(join("runs", "a"));
  expect(placeOf(join("..", "runs"), "deep/er")).toBe(join("..", "runs", "deep", "er"));
  expect(placeOf("runs", join(folder, "elsewhere"))).toBe(join(folder, "elsewhere"));
});

test("what a table of version 1 says is understood from where its commands were run", async () => {
  const store = join(folder, "runs");
  await mkdir(join(store, "a-1"), { recursive: true });
  await mkdir(join(folder, "results", "seven"), { recursive: true });
  const kept = (path: string, id = "a-1"): string => keptPlaceOfOld(store, { id, folder: path });
  expect(kept("runs/a-1")).toBe("a-1");
  expect(kept(join(folder, "before-it-was-moved", "a-1"))).toBe("a-1");
  expect(kept("results/seven")).toBe(join(folder, "results", "seven"));
  expect(kept(join(folder, "results", "seven"))).toBe(join(folder, "results", "seven"));
  expect(kept("runs/gone", "gone")).toBe("gone");
  expect(kept("results/gone")).toBe("results/gone");
});
