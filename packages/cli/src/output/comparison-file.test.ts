import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writePage } from "./comparison-file.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-page-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("a page is written beside the one that it takes the place of, which is there until the new one is whole", () => {
  const path = join(folder, "new", "page.html");
  expect(writePage("<p>one", path)).toBe(path);
  const before = statSync(path).ino;
  writePage("<p>two", path);
  expect(readFileSync(path, "utf8")).toBe("<p>two");
  expect(statSync(path).ino).not.toBe(before);
  expect(readdirSync(join(folder, "new"))).toEqual(["page.html"]);
});

test("a page that cannot be written leaves nothing, and says where it should have gone", () => {
  const path = join(folder, "taken");
  mkdirSync(path);
  expect(() => writePage("<p>one", path)).toThrow(
    expect.objectContaining({ code: "output-unwritable", message: expect.stringContaining(path) }),
  );
  expect(readdirSync(folder).filter((name) => name.startsWith("taken"))).toEqual(["taken"]);
});
