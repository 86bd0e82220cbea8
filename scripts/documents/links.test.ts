import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { brokenLinks } from "./links.ts";

const root = mkdtempSync(join(tmpdir(), "links-"));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a link to a file, a folder, a heading or another site is sound", () => {
  write("README.md", "[a](docs/a.md) [b](docs/) [c](docs/a.md#part-two) [d](#here) [e](https://example.org/x)\n# Here");
  write("docs/a.md", "# Part two\n[up](../README.md#here) [code](../plan.ts#L3)");
  write("plan.ts", "export {};");
  expect(brokenLinks(root)).toEqual([]);
});

test("a link to a missing file is broken", () => {
  write("docs/a.md", "text\n[gone](b.md)");
  expect(brokenLinks(root)).toEqual(["docs/a.md:2: b.md leads to no file"]);
});

test("a link to a missing heading is broken, in the same document and in another", () => {
  write("a.md", "# One\n[x](#two)\n[y](b.md#one)");
  write("b.md", "# Two");
  expect(brokenLinks(root)).toEqual([
    "a.md:2: #two names no heading of a.md",
    "a.md:3: b.md#one names no heading of b.md",
  ]);
});

test("a link out of the repository, or from its root, is broken", () => {
  write("a.md", "[x](../other/README.md)\n[y](/docs/a.md)");
  expect(brokenLinks(root)).toEqual([
    "a.md:1: ../other/README.md leads to no file",
    "a.md:2: /docs/a.md is absolute; write it relative to the document",
  ]);
});

test("documents of installed packages are not walked", () => {
  write("node_modules/x/README.md", "[gone](b.md)");
  expect(brokenLinks(root)).toEqual([]);
});

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
