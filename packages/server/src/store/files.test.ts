import { Fault } from "@potluck/core";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { makeFolder, writeFault } from "./files.ts";

test.each([
  ["ENOSPC", "the disk is full"],
  ["EROFS", "it may not be written"],
])("%s is no mistake in the software: %s", (code, problem) => {
  const error = Object.assign(new Error(`${code}: write`), { code });
  const fault = writeFault(error, "a/b");
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({ code: "output-unwritable", message: `a/b cannot be written: ${problem}` });
});

test("other errors stay what they are", () => {
  const error = new TypeError("no bytes");
  expect(writeFault(error, "a/b")).toBe(error);
});

test("a folder whose place is taken by a file is told as that", () => {
  const folder = mkdtempSync(join(tmpdir(), "potluck-"));
  try {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const unwritable: unknown = expect.objectContaining({ code: "output-unwritable" });
    expect(() => makeFolder(file)).toThrow(unwritable);
    expect(() => openDatabase(join(file, "coordinator.db"), { format: 1, tables: "" })).toThrow(unwritable);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
