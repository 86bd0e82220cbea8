import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPicture } from "./image-file.ts";
import { imageFolder } from "./image-folder.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** A picture of 2 by 1: grey values. */
function grey(...data: readonly number[]): Uint8Array {
  return encodePng({ width: data.length, height: 1, channels: 1, depth: 8, data: Uint8Array.from(data) });
}

test.each([
  ["grey", { channels: 1, data: Uint8Array.of(0, 200) }, [0, 0, 0, 200, 200, 200]],
  ["grey with opacity", { channels: 2, data: Uint8Array.of(0, 255, 200, 0) }, [0, 0, 0, 200, 200, 200]],
  ["colour", { channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, [1, 2, 3, 4, 5, 6]],
  ["colour with opacity", { channels: 4, data: Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 0) }, [1, 2, 3, 4, 5, 6]],
] as const)("a PNG in %s has the colours that were written", async (_, image, rgb) => {
  const path = await put("a.png", encodePng({ width: 2, height: 1, depth: 8, ...image }));
  expect(await readPicture(path)).toEqual({ width: 2, height: 1, rgb: Uint8Array.from(rgb) });
});

test("a PNG of 16 bits is read as one of 8", async () => {
  const data = Uint16Array.of(0, 65_535);
  const path = await put("a.png", encodePng({ width: 2, height: 1, channels: 1, depth: 16, data }));
  expect([...(await readPicture(path)).rgb]).toEqual([0, 0, 0, 255, 255, 255]);
});

test("a JPEG has about the colours that were written", async () => {
  const data = Buffer.from(Array.from({ length: 64 }, () => [200, 100, 50, 255]).flat());
  const path = await put("a.JPG", encodeJpeg({ width: 8, height: 8, data }, 95).data);
  const { width, height, rgb } = await readPicture(path);
  expect([width, height]).toEqual([8, 8]);
  expect(Math.abs((rgb[0] ?? 0) - 200) + Math.abs((rgb[1] ?? 0) - 100) + Math.abs((rgb[2] ?? 0) - 50)).toBeLessThan(12);
});

test("a file that is no picture, or promises to be too large a one, is a fault that names it", async () => {
  const path = await put("a.png", Uint8Array.of(1, 2, 3));
  await expect(readPicture(path)).rejects.toMatchObject({
    code: "file-corrupt",
    message: expect.stringContaining(path),
  });
  const huge = Uint8Array.from(grey(1, 2));
  new DataView(huge.buffer).setUint32(16, 1e6);
  new DataView(huge.buffer).setUint32(20, 1e6);
  await expect(readPicture(await put("b.png", huge))).rejects.toThrow("megapixels");
  await expect(readPicture(await put("c.jpg", Uint8Array.of(0xff, 0xd8, 0)))).rejects.toMatchObject({
    code: "file-corrupt",
  });
});

test("a folder has a class for each sub-folder, in their order, also those without pictures", async () => {
  await put("b/2.png", grey(5, 6));
  await put("b/1.png", grey(3, 4));
  await put("a/notes.txt", Uint8Array.of(1));
  await put("c/1.png", grey(7, 8));
  const { features, shape, labels } = await imageFolder(folder);
  expect([...features]).toEqual([3, 4, 5, 6, 7, 8]);
  expect(shape).toEqual([1, 1, 2]);
  expect(labels).toEqual([1, 1, 2]);
});

test("where one picture has colours all have, one plane after another", async () => {
  await put("a/1.png", grey(9, 8));
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
  await put("b/1.png", encodePng({ width: 2, height: 1, channels: 3, depth: 8, data }));
  const { features, shape } = await imageFolder(folder);
  expect(shape).toEqual([3, 1, 2]);
  expect([...features]).toEqual([9, 8, 9, 8, 9, 8, 1, 4, 2, 5, 3, 6]);
});

test("pictures of several sizes, too few classes, and no pictures are refused", async () => {
  await put("a/1.png", grey(1, 2));
  await expect(imageFolder(folder)).rejects.toThrow("1 sub-folders, and classes are 2 to 256");
  await put("b/1.png", grey(1, 2, 3));
  await expect(imageFolder(folder)).rejects.toThrow("is 3 x 1, unlike");
  await rm(join(folder, "a/1.png"));
  await rm(join(folder, "b/1.png"));
  await expect(imageFolder(folder)).rejects.toThrow("no pictures in its classes");
});
