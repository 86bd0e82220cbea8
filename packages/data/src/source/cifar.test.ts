import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Examples, Fault } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { cifar10 } from "./cifar10.ts";
import { cifar100 } from "./cifar100.ts";
import { folders, loadFault, published } from "./sample-files.ts";

/** One record: its label bytes, then 3072 pixels whose values count up from `first`, modulo 256. */
function record(labels: readonly number[], first: number): Uint8Array {
  return Uint8Array.from([...labels, ...Array.from({ length: 3072 }, (_, pixel) => first + pixel)]);
}

function joined(records: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(records.flatMap((bytes) => [...bytes]));
}

const sound10: Readonly<Record<string, Uint8Array>> = {
  "data_batch_1.bin": joined([record([3], 0), record([9], 1)]),
  "data_batch_2.bin": joined([record([0], 2)]),
  "data_batch_4.bin": joined([record([1], 3), record([2], 4)]),
  "test_batch.bin": joined([record([5], 5)]),
};
const sound100: Readonly<Record<string, Uint8Array>> = {
  "train.bin": joined([record([19, 99], 0), record([4, 7], 1)]),
  "test.bin": joined([record([0, 20], 2)]),
};

const folderOf = folders();

async function faultOf(files: Readonly<Record<string, Uint8Array | undefined>>): Promise<Fault> {
  return loadFault(cifar10({ dir: await folderOf({ ...sound10, ...files }) }));
}

describe("the source cifar10", () => {
  test("reads the batches that are there, in their order, and its name says which", async () => {
    const { name, classNames, train, test: held } = await cifar10({ dir: await folderOf(sound10) }).load();
    expect([classNames?.[0], classNames?.[9], classNames?.length]).toEqual(["airplane", "truck", 10]);
    expect(name).toBe("cifar10 (data_batch_1.bin, data_batch_2.bin, data_batch_4.bin)");
    expect(train).toMatchObject({ count: 5, shape: [3, 32, 32], scale: 1 / 255, classes: 10 });
    expect([...train.labels]).toEqual([3, 9, 0, 1, 2]);
    expect([...held.labels]).toEqual([5]);
    // The first pixel of each record, and one of the second channel: pixel 1024 + 7 of record 1, modulo 256.
    expect([0, 1, 2, 3, 4].map((row) => train.features[row * 3072])).toEqual([0, 1, 2, 3, 4]);
    expect(train.features[3072 + 1024 + 7]).toBe(8);
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("is named plainly where all five batches are there", async () => {
    const rest = { "data_batch_3.bin": record([6], 0), "data_batch_5.bin": record([7], 0) };
    const { name, train } = await cifar10({ dir: await folderOf({ ...sound10, ...rest }) }).load();
    expect(name).toBe("cifar10");
    expect([...train.labels]).toEqual([3, 9, 0, 6, 1, 2, 7]);
  });

  test("can be cut down to its first images, within a batch or at its end", async () => {
    const dir = await folderOf(sound10);
    const labels = async (trainExamples: number): Promise<readonly number[]> => [
      ...(await cifar10({ dir, trainExamples }).load()).train.labels,
    ];
    expect([await labels(1), await labels(2), await labels(4)]).toEqual([[3], [3, 9], [3, 9, 0, 1]]);
    await expect(labels(6)).rejects.toThrow("holds 5 examples, 6 were asked for");
  });

  test.each([
    ["cut short", record([1], 0).subarray(0, 3000), "it ends at byte 3000, inside record 0, which begins at byte 0"],
    ["too long", joined([record([1], 0), Uint8Array.of(1)]), "inside record 1, which begins at byte 3073"],
    ["empty", new Uint8Array(0), "it is empty"],
    [
      "with a label that is no class",
      joined([record([1], 0), record([10], 0)]),
      "byte 3073, the label of record 1, is 10, but 10 classes allow 0 to 9",
    ],
  ])("refuses a batch that is %s, and names file and byte", async (_, bytes, message) => {
    const fault = await faultOf({ "data_batch_2.bin": bytes });
    expect(fault.code).toBe("file-corrupt");
    expect(fault.message).toContain("data_batch_2.bin: ");
    expect(fault.message).toContain(message);
  });

  test("says which files are missing", async () => {
    const none = { "data_batch_1.bin": undefined, "data_batch_2.bin": undefined, "data_batch_4.bin": undefined };
    expect(await faultOf(none)).toMatchObject({
      code: "file-missing",
      message: expect.stringMatching(/holds none of data_batch_1[.]bin, .*data_batch_5[.]bin$/u),
      remedy: expect.stringContaining("binary version"),
    });
    expect((await faultOf({ "test_batch.bin": undefined })).message).toContain("holds no test_batch.bin");
    const nowhere = cifar10({ dir: join(await folderOf({}), "nowhere") }).load();
    await expect(nowhere).rejects.toMatchObject({ code: "file-missing", message: expect.stringContaining("nowhere") });
  });

  test("says that a folder is no file", async () => {
    const dir = await folderOf(sound10);
    await mkdir(join(dir, "data_batch_3.bin"));
    await expect(cifar10({ dir }).load()).rejects.toMatchObject({
      code: "file-missing",
      message: expect.stringContaining("data_batch_3.bin is no file"),
    });
  });
});

describe("the source cifar100", () => {
  test("reads the fine labels or the coarse ones of the same images", async () => {
    const dir = await folderOf(sound100);
    const [fine, coarse] = [await cifar100({ dir }).load(), await cifar100({ dir, labels: "coarse" }).load()];
    expect(fine.name).toBe("cifar100");
    for (const [{ classNames = [] }, count] of [[fine, 100] as const, [coarse, 20] as const]) {
      expect(new Set(classNames).size).toBe(count);
      expect(classNames).toEqual(classNames.toSorted());
    }
    expect(fine.classNames?.[99]).toBe("worm");
    expect([fine.train.classes, ...fine.train.labels, ...fine.test.labels]).toEqual([100, 99, 7, 20]);
    expect([coarse.train.classes, ...coarse.train.labels, ...coarse.test.labels]).toEqual([20, 19, 4, 0]);
    expect(fine.train.features).toEqual(coarse.train.features);
    expect(fine.train.features[3072]).toBe(1);
  });

  test("refuses a coarse label that is none, and names the byte", async () => {
    const dir = await folderOf({ ...sound100, "train.bin": record([20, 1], 0) });
    await expect(cifar100({ dir, labels: "coarse" }).load()).rejects.toThrow("byte 0, the label of record 0, is 20");
  });
});

const real = published("cifar10");

test.skipIf(real.isMissing)(`the published images have the published mean of each channel${real.word}`, async () => {
  const { train, test: held } = await cifar10({ dir: real.path }).load();
  const means = [0, 1, 2].map((channel) => channelMean(train, channel));
  // Over all 50,000 images 0.4914, 0.4822 and 0.4465. Means of images spread by 0.12 to 0.15: over 2000, 0.003 is a
  // standard error.
  [0.4914, 0.4822, 0.4465].forEach((mean, channel) => {
    expect(Math.abs((means[channel] ?? 0) - mean)).toBeLessThan(0.015);
  });
  const counts = new Array<number>(10).fill(0);
  for (const label of held.labels) counts[label] = (counts[label] ?? 0) + 1;
  expect(new Set(counts)).toEqual(new Set([held.count / 10]));
});

/** The mean of one channel of all images, in [0, 1]. */
function channelMean({ features, count, scale }: Examples, channel: number): number {
  let sum = 0;
  for (let row = 0; row < count; row++) {
    const from = row * 3072 + channel * 1024;
    for (let at = from; at < from + 1024; at++) sum += (features[at] ?? 0) * scale;
  }
  return sum / count / 1024;
}
