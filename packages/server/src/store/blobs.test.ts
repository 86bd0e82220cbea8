import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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

test("a file that becomes a blob is not to be found, or changed, under another name", async () => {
  const blobs = openBlobs(folder);
  const file = join(folder, "arrived");
  writeFileSync(file, bytes);
  const name = { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
  await blobs.adopt(file, name);
  expect(existsSync(file)).toBe(false);
  expect(statSync(blobs.pathOf(name.sha256)).nlink).toBe(1);
  expect(blobs.read(name)).toEqual(bytes);
});

test("a blob that has grown is damaged, also where it was kept a moment ago", async () => {
  const blobs = openBlobs(folder);
  const name = await blobs.put(bytes);
  appendFileSync(blobs.pathOf(name.sha256), "more");
  for (const isFresh of [true, false]) {
    expect(() => blobs.read(name, isFresh)).toThrow(expect.objectContaining({ code: "store-corrupt" }));
  }
});

test("what cannot be written is told as that", async () => {
  const blobs = openBlobs(folder);
  const { sha256 } = await blobs.put(bytes);
  rmSync(join(folder, sha256.slice(0, 2)), { recursive: true });
  writeFileSync(join(folder, sha256.slice(0, 2)), "something else");
  await expect(blobs.put(bytes)).rejects.toMatchObject({ code: "output-unwritable" });
  expect(readdirSync(join(folder, "new"))).toEqual([]);
});
