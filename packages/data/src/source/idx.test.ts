import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "@potluck/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idx } from "./idx.ts";
import { parseIdxHeader } from "./idx-format.ts";

/** The bytes of an IDX file. */
function idxBytes(typeCode: number, dimensions: readonly number[], elements: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length + elements.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, typeCode, dimensions.length]);
  dimensions.forEach((dimension, axis) => view.setUint32(4 + 4 * axis, dimension));
  bytes.set(elements, 4 + 4 * dimensions.length);
  return bytes;
}

function bigEndianFloats(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value));
  return new Uint8Array(view.buffer);
}

/** Three training images of 2 x 2 and two held-out ones, in three classes. */
const sound: Readonly<Record<string, Uint8Array>> = {
  "train-images-idx3-ubyte": idxBytes(8, [3, 2, 2], Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
  "train-labels-idx1-ubyte": idxBytes(8, [3], Uint8Array.of(0, 1, 2)),
  "t10k-images-idx3-ubyte": idxBytes(8, [2, 2, 2], Uint8Array.of(50, 51, 52, 53, 54, 55, 56, 57)),
  "t10k-labels-idx1-ubyte": idxBytes(8, [2], Uint8Array.of(2, 0)),
};

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "potluck-idx-"));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

/** A new folder with the sound files, some of them replaced. */
async function folderWith(replaced: Readonly<Record<string, Uint8Array>> = {}): Promise<string> {
  const folder = await mkdtemp(join(root, "set-"));
  for (const [name, bytes] of Object.entries({ ...sound, ...replaced })) await writeFile(join(folder, name), bytes);
  return folder;
}

async function faultOf(replaced: Readonly<Record<string, Uint8Array>>): Promise<Fault> {
  const folder = await folderWith(replaced);
  const fault = await idx({ folder })
    .load()
    .catch((error: unknown) => error);
  if (!(fault instanceof Fault)) throw new Error(`expected a Fault, got ${String(fault)}`);
  expect(fault.remedy).not.toBe("");
  return fault;
}

describe("the source idx", () => {
  test("reads features and labels into shared memory", async () => {
    const { train, test: held } = await idx({ folder: await folderWith() }).load();
    expect(train).toMatchObject({ count: 3, shape: [1, 2, 2], scale: 1 / 255, classes: 3 });
    expect([...train.features]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect([...train.labels]).toEqual([0, 1, 2]);
    expect([...held.features]).toEqual([50, 51, 52, 53, 54, 55, 56, 57]);
    expect([...held.labels]).toEqual([2, 0]);
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(train.labels.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("reads only the first examples when it is told to, and still knows all classes", async () => {
    const { train, test: held } = await idx({ folder: await folderWith(), trainExamples: 2, testExamples: 1 }).load();
    expect(train).toMatchObject({ count: 2, classes: 3 });
    expect([...train.features]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...train.labels]).toEqual([0, 1]);
    expect([...held.labels]).toEqual([2]);
  });

  test("reads big-endian floats as they are, under other names", async () => {
    const folder = await folderWith({
      "train.idx": idxBytes(13, [3, 2], bigEndianFloats([0.5, -1, 2, 1e-3, 5, 6])),
      "test.idx": idxBytes(13, [2, 2], bigEndianFloats([1, 2, 3, 4])),
    });
    const { train } = await idx({ folder, trainFeatures: "train.idx", testFeatures: join(folder, "test.idx") }).load();
    expect(train).toMatchObject({ shape: [2], scale: 1 });
    expect(train.features).toEqual(Float32Array.of(0.5, -1, 2, 1e-3, 5, 6));
  });

  test("says which file is missing", async () => {
    const load = idx({ folder: join(root, "nowhere") }).load();
    await expect(load).rejects.toMatchObject({ code: "file-missing", message: expect.stringContaining("nowhere") });
  });

  test("refuses more examples than there are", async () => {
    const load = idx({ folder: await folderWith(), trainExamples: 4 }).load();
    await expect(load).rejects.toMatchObject({
      code: "data-invalid",
      message: expect.stringContaining("holds 3 examples, 4 were asked for"),
    });
  });

  test.each([
    ["a wrong magic", { "train-images-idx3-ubyte": Uint8Array.of(1, 0, 8, 3, 0, 0, 0, 0) }, "begins with 01 00 08 03"],
    ["a compressed file", { "train-images-idx3-ubyte": Uint8Array.of(0x1f, 0x8b, 8, 0) }, "compressed with gzip"],
    ["an empty file", { "train-labels-idx1-ubyte": new Uint8Array(0) }, "it is empty: not a single byte"],
    ["an unreadable type", { "train-images-idx3-ubyte": idxBytes(0x0c, [1], new Uint8Array(4)) }, "byte 2 is 0c"],
    [
      "too many dimensions",
      { "train-images-idx3-ubyte": idxBytes(8, [1, 1, 1, 1, 1], Uint8Array.of(1)) },
      "5 dimensions",
    ],
    [
      "a header cut short",
      { "train-images-idx3-ubyte": Uint8Array.of(0, 0, 8, 3, 0, 0) },
      "after 6 bytes, inside its header",
    ],
    [
      "data cut short",
      { "train-images-idx3-ubyte": idxBytes(8, [3, 2, 2], new Uint8Array(11)) },
      "need 28 bytes, the file has 27",
    ],
    [
      "data too long",
      { "train-images-idx3-ubyte": idxBytes(8, [3, 2, 2], new Uint8Array(13)) },
      "bytes follow its last element",
    ],
    ["no examples", { "train-labels-idx1-ubyte": idxBytes(8, [0], new Uint8Array(0)) }, "its dimensions are 0"],
    [
      "a label out of range",
      { "t10k-labels-idx1-ubyte": idxBytes(8, [2], Uint8Array.of(0, 3)) },
      "label 1 is 3, but 3 classes allow 0 to 2",
    ],
    [
      "images for labels",
      { "train-labels-idx1-ubyte": idxBytes(8, [3, 1], new Uint8Array(3)) },
      "labels must be bytes in one dimension",
    ],
    [
      "labels for images",
      { "train-images-idx3-ubyte": idxBytes(8, [3], new Uint8Array(3)) },
      "features need 2 to 4 dimensions",
    ],
    ["too few labels", { "train-labels-idx1-ubyte": idxBytes(8, [2], Uint8Array.of(0, 2)) }, "holds 2 labels"],
    [
      "an infinite feature",
      { "train-images-idx3-ubyte": idxBytes(13, [3, 1], bigEndianFloats([1, Infinity, 2])) },
      "element 1 is Infinity",
    ],
  ])("refuses %s and names file and place", async (_, replaced, message) => {
    const fault = await faultOf(replaced);
    expect(fault.code).toBe("file-corrupt");
    expect(fault.message).toContain(message);
    expect(fault.message).toContain(Object.keys(replaced)[0] ?? "no file");
  });

  test("does not take a corrupt label for 256 classes: without classes, labels must have no gap", async () => {
    const corrupted = { "train-labels-idx1-ubyte": idxBytes(8, [3], Uint8Array.of(0, 255, 1)) };
    const fault = await faultOf(corrupted);
    expect(fault.code).toBe("data-invalid");
    expect(fault.message).toContain("train-labels-idx1-ubyte: label 1 is 255, but no example has the label 2");
    expect(fault.remedy).toContain("classes: 256");
    const load = idx({ folder: await folderWith(corrupted), classes: 3 }).load();
    await expect(load).rejects.toMatchObject({ message: expect.stringContaining("label 1 is 255") });
  });

  test("takes labels with a gap where the number of classes is given", async () => {
    const labels = { "train-labels-idx1-ubyte": idxBytes(8, [3], Uint8Array.of(1, 3, 1)) };
    const { train } = await idx({ folder: await folderWith(labels), classes: 4 }).load();
    expect(train.classes).toBe(4);
    expect([...train.labels]).toEqual([1, 3, 1]);
  });

  test("refuses held-out examples of another shape", async () => {
    const fault = await faultOf({ "t10k-images-idx3-ubyte": idxBytes(8, [2, 3, 3], new Uint8Array(18)) });
    expect(fault.code).toBe("data-invalid");
    expect(fault.message).toContain("[1, 2, 2], held-out ones [1, 3, 3]");
  });
});

test("a header of any bytes is read or refused with a Fault, never anything else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(1000), fc.boolean(), (bytes, size, likely) => {
      if (likely) bytes.set(Uint8Array.of(0, 0, 8, 1).subarray(0, bytes.length));
      try {
        const { dimensions, offsetBytes } = parseIdxHeader(bytes, "FILE", size);
        expect(dimensions.length).toBeGreaterThan(0);
        expect(offsetBytes).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    }),
  );
});
