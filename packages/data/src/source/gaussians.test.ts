import type { Examples } from "@potluck/core";
import { expect, test } from "vitest";
import { gaussians, MAX_GAUSSIAN_EXAMPLES, MAX_GAUSSIAN_NUMBERS } from "./gaussians.ts";

/** The mean of each class of `examples`. */
function classMeans({ features, labels, classes, count, shape: [length = 0] }: Examples): readonly Float64Array[] {
  const sums = Array.from({ length: classes }, () => new Float64Array(length));
  for (let row = 0; row < count; row++) {
    const sum = sums[labels[row] ?? -1];
    sum?.forEach((value, i) => (sum[i] = value + (features[row * length + i] ?? 0)));
  }
  return sums.map((sum) => sum.map((value) => (value * classes) / count));
}

/** The share of examples whose nearest mean is that of their class. */
function nearestMeanAccuracy(
  { features, labels, count, shape: [length = 0] }: Examples,
  means: readonly Float64Array[],
): number {
  let right = 0;
  for (let row = 0; row < count; row++) {
    const x = features.subarray(row * length, (row + 1) * length);
    const distances = means.map((mean) => mean.reduce((sum, m, i) => sum + (m - (x[i] ?? 0)) ** 2, 0));
    if (distances.indexOf(Math.min(...distances)) === labels[row]) right++;
  }
  return right / count;
}

test("the same options give the same examples, another seed others", async () => {
  const [first, again, other] = await Promise.all([
    gaussians({ seed: 1 }).load(),
    gaussians({ seed: 1 }).load(),
    gaussians({ seed: 2 }).load(),
  ]);
  expect(again).toEqual(first);
  expect(other.train.features).not.toEqual(first.train.features);
});

test("every class has as many examples as asked for, in shared memory", async () => {
  const { train, test: held } = await gaussians({
    classes: 3,
    features: 5,
    examplesPerClass: 4,
    testExamplesPerClass: 2,
  }).load();
  expect(train).toMatchObject({ count: 12, shape: [5], scale: 1, classes: 3 });
  expect([...train.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  expect([...held.labels]).toEqual([0, 1, 2, 0, 1, 2]);
  expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("without spread every example is its class mean, of length 1", async () => {
  const { train } = await gaussians({ spread: 0, examplesPerClass: 1 }).load();
  for (let row = 0; row < train.count; row++) {
    const squared = [...train.features.subarray(row * 32, (row + 1) * 32)].reduce((sum, x) => sum + x * x, 0);
    expect(squared).toBeCloseTo(1, 5);
  }
});

test("spread is the standard deviation around the class mean", async () => {
  const { train } = await gaussians({ classes: 2, features: 8, examplesPerClass: 2000, spread: 0.5 }).load();
  const means = classMeans(train);
  let squares = 0;
  train.features.forEach((x, i) => (squares += (x - (means[Math.floor(i / 8) % 2]?.[i % 8] ?? 0)) ** 2));
  // 32,000 squared deviations with mean 0.25 and standard error 0.25 · √(2 / 32000) = 0.002; 5 of them
  expect(Math.abs(squares / train.features.length - 0.25)).toBeLessThan(0.01);
});

test("means learnt from the training examples recognise held-out ones, less well the larger the spread", async () => {
  const accuracy = async (spread: number): Promise<number> => {
    const { train, test: held } = await gaussians({ spread }).load();
    return nearestMeanAccuracy(held, classMeans(train));
  };
  const [narrow, middle, wide] = [await accuracy(0.1), await accuracy(0.5), await accuracy(3)];
  expect(narrow).toBe(1);
  expect(middle).toBeLessThan(1);
  expect(middle).toBeGreaterThan(0.5);
  expect(wide).toBeLessThan(0.4);
});

test("more examples, or more numbers in them, than can be made are refused before anything is allocated", () => {
  // 2 (perClass + 1) examples of one feature, and 2 · 8 examples: the last that can be made, and one class of them more
  const half = MAX_GAUSSIAN_EXAMPLES / 2;
  expect(() =>
    gaussians({ classes: 2, features: 1, examplesPerClass: half - 1, testExamplesPerClass: 1 }),
  ).not.toThrow();
  expect(() => gaussians({ classes: 2, features: 1, examplesPerClass: half, testExamplesPerClass: 1 })).toThrow(
    `${MAX_GAUSSIAN_EXAMPLES + 2} examples of 1 features are too many`,
  );
  const wide = { classes: 2, features: 65_536, testExamplesPerClass: 1 };
  const most = MAX_GAUSSIAN_NUMBERS / 65_536 / 2;
  expect(() => gaussians({ ...wide, examplesPerClass: most - 1 })).not.toThrow();
  expect(() => gaussians({ ...wide, examplesPerClass: most })).toThrow(`with ${MAX_GAUSSIAN_NUMBERS} numbers in them`);
  expect(() => gaussians({ features: 65_536, examplesPerClass: 1e9 })).toThrow("10000000200 examples");
});
