import { taskId } from "@potluck/core";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openUploads } from "./uploads.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "potluck-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TASK = taskId(4);
const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at) % 251);
const name = { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
const most = 400_000;

/** A stream of bytes in pieces. */
function streamOf(whole: Uint8Array, piece = 10_000): Readable {
  const count = Math.ceil(whole.length / piece);
  return Readable.from(
    Array.from({ length: count }, (_, at) => Buffer.from(whole.slice(at * piece, (at + 1) * piece))),
  );
}

/** Gives bytes, and breaks off. */
function* breakingOff(first: Uint8Array): Generator<Uint8Array> {
  yield first;
  throw new Error("gone");
}

test("an upload comes in pieces, is held against its name, and is forgotten", async () => {
  const uploads = openUploads(folder);
  expect(await uploads.offset(TASK)).toBe(0);
  expect(await uploads.append(TASK, streamOf(bytes.subarray(0, 100_001)), { offset: 0, most })).toBe(100_001);
  expect(await uploads.defect(TASK, name)).toBe("it has 100001 bytes, not 300000");
  expect(await uploads.append(TASK, streamOf(bytes.subarray(100_001)), { offset: 100_001, most })).toBe(bytes.length);
  expect(await uploads.defect(TASK, name)).toBeNull();
  expect(await uploads.defect(TASK, { ...name, sha256: "0".repeat(64) })).toBe("its SHA-256 is another");
  expect(await uploads.read(TASK)).toEqual(Buffer.from(bytes));
  await uploads.forget(TASK);
  expect(existsSync(uploads.fileOf(TASK))).toBe(false);
});

test("what came before a stream breaks off stays, also over a restart, and is hashed all the same", async () => {
  const broken = Readable.from(breakingOff(bytes.subarray(0, 50_000)));
  await expect(openUploads(folder).append(TASK, broken, { offset: 0, most })).rejects.toThrow("gone");
  const uploads = openUploads(folder);
  const there = await uploads.offset(TASK);
  expect(there).toBeLessThanOrEqual(50_000);
  await uploads.append(TASK, streamOf(bytes.subarray(there)), { offset: there, most });
  expect(await uploads.defect(TASK, name)).toBeNull();
});

test("bytes that do not follow those that are there, or are too many, are refused", async () => {
  const uploads = openUploads(folder);
  await uploads.append(TASK, streamOf(bytes.subarray(0, 1000)), { offset: 0, most });
  const wrong = uploads.append(TASK, streamOf(bytes), { offset: 999, most });
  await expect(wrong).rejects.toMatchObject({ problem: "offset", message: "1000 bytes are there, not 999" });
  const tooMany = uploads.append(TASK, streamOf(bytes), { offset: 1000, most: 20_000 });
  await expect(tooMany).rejects.toMatchObject({ problem: "length" });
  expect(await uploads.offset(TASK)).toBeLessThanOrEqual(20_000);
});

test("the same answer is uploaded by one stream at a time", async () => {
  const uploads = openUploads(folder);
  const slow = new PassThrough();
  const first = uploads.append(TASK, slow, { offset: 0, most });
  await expect(uploads.append(TASK, streamOf(bytes), { offset: 0, most })).rejects.toMatchObject({ problem: "busy" });
  slow.end(bytes);
  expect(await first).toBe(bytes.length);
});

test("an upload that was changed on the disk is not what it was", async () => {
  await openUploads(folder).append(TASK, streamOf(bytes), { offset: 0, most });
  const uploads = openUploads(folder);
  writeFileSync(uploads.fileOf(TASK), bytes.with(1000, 255));
  expect(await uploads.defect(TASK, name)).toBe("its SHA-256 is another");
});

test("an upload is cut off before it is looked at, and nothing is added meanwhile", async () => {
  const uploads = openUploads(folder);
  const open = new PassThrough();
  const appending = uploads.append(TASK, open, { offset: 0, most });
  open.write(bytes);
  while ((await uploads.offset(TASK)) < bytes.length) await new Promise((resolve) => setImmediate(resolve));
  const late = expect(appending).rejects.toThrow("abort");
  await uploads.whileClosed(TASK, async () => {
    expect(open.destroyed).toBe(true);
    expect(await uploads.defect(TASK, name)).toBeNull();
    const more = uploads.append(TASK, streamOf(bytes), { offset: bytes.length, most });
    await expect(more).rejects.toMatchObject({ problem: "busy" });
    expect(await uploads.offset(TASK)).toBe(bytes.length);
  });
  await late;
  expect(await uploads.append(TASK, streamOf(bytes.subarray(0, 9)), { offset: bytes.length, most })).toBe(300_009);
});

test("what is forgotten or cut off is written no more, whatever its stream still brings", async () => {
  const uploads = openUploads(folder);
  for (const stop of [async () => uploads.forget(TASK), async () => uploads.cutOff()]) {
    const open = new PassThrough();
    const appending = uploads.append(TASK, open, { offset: 0, most });
    const cut = expect(appending).rejects.toThrow("abort");
    open.write(bytes.subarray(0, 1000));
    await stop();
    await cut;
    expect(open.destroyed).toBe(true);
    await uploads.forget(TASK);
    expect(existsSync(uploads.fileOf(TASK))).toBe(false);
  }
});
