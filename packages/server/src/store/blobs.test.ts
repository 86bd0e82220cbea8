import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBlobs } from "./blobs.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "potluck-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);

test("bytes that are kept are there under their SHA-256, and nothing else is left behind", async () => {
  const blobs = openBlobs(folder);
  const name = await blobs.put(bytes);
  expect(blobs.read(name)).toEqual(bytes);
  expect(await blobs.sizeOf(name.sha256)).toBe(bytes.length);
  expect(readdirSync(join(folder, "new"))).toEqual([]);
});

test("a blob that has been damaged is told where it is read, and written anew where its bytes are kept again", async () => {
  const blobs = openBlobs(folder);
  const name = await blobs.put(bytes);
  const path = blobs.pathOf(name.sha256);
  writeFileSync(path, bytes.with(500, 255));
  expect(() => blobs.read(name)).toThrow(expect.objectContaining({ code: "store-corrupt" }));
  expect(await openBlobs(folder).put(bytes)).toEqual(name);
  expect(readFileSync(path)).toEqual(Buffer.from(bytes));
});

test("what cannot be written is told as that", async () => {
  const blobs = openBlobs(folder);
  const { sha256 } = await blobs.put(bytes);
  rmSync(join(folder, sha256.slice(0, 2)), { recursive: true });
  writeFileSync(join(folder, sha256.slice(0, 2)), "something else");
  await expect(blobs.put(bytes)).rejects.toMatchObject({ code: "output-unwritable" });
  expect(readdirSync(join(folder, "new"))).toEqual([]);
});
