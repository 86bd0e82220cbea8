import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { longTail } from "./long-tail.ts";
import { classCounts, examplesOf } from "./sample-examples.ts";

function kept(perClass: readonly number[], imbalance: number): readonly number[] {
  const { examples } = longTail({ clients: 2, imbalance }).split({ examples: examplesOf(perClass), key: rootKey(1) });
  return classCounts(
    { train: Uint32Array.from({ length: examples.count }, (_, row) => row), test: new Uint32Array(0) },
    examples,
  );
}

describe("the partitioner long-tail", () => {
  test("keeps of equal classes what Cui et al. keep: 500 of the first of 100, 5 of the last", () => {
    // ⌊500 · 0.01^(c / 99)⌋: 500, 477.27…, 455.57…, and at c = 50 500 · 0.01^(50/99) = 48.84
    const counts = kept(new Array<number>(100).fill(500), 100);
    expect([counts[0], counts[1], counts[2], counts[50], counts[99]]).toEqual([500, 477, 455, 48, 5]);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });

  test("keeps of the ten classes of CIFAR-10 what its long-tailed version with ratio 100 is known to hold", () => {
    expect(kept(new Array<number>(10).fill(5000), 100)).toEqual([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]);
  });

  test("keeps the ratio exact where classes are unequal, and uses up the class that is short of rows", () => {
    // Ratios 1 : 0.1 : 0.01. Class 1 has 60 rows, which allows 600, 60, 6.
    expect(kept([1000, 60, 500], 100)).toEqual([600, 60, 6]);
  });

  test("keeps at least one row of each class, all rows of equal classes without imbalance, and one class as it is", () => {
    expect(kept([20, 20, 20], 1000)).toEqual([20, 1, 1]); // 20, 0.63, 0.02
    expect(kept([20, 20, 20], 1)).toEqual([20, 20, 20]);
    expect(kept([20], 50)).toEqual([20]);
  });

  test("keeps rows at random", () => {
    const examples = { ...examplesOf([50, 50]), features: Uint8Array.from({ length: 100 }, (_, row) => row) };
    const features = (seed: number): readonly number[] => [
      ...longTail({ clients: 2, imbalance: 10 }).split({ examples, key: rootKey(seed) }).examples.features,
    ];
    expect(features(1)).not.toEqual(features(2));
    expect(features(1)).toEqual(features(1).toSorted((a, b) => a - b));
  });

  test("refuses data in which a class has no rows", () => {
    const split = (): unknown =>
      longTail({ clients: 1, imbalance: 10 }).split({ examples: examplesOf([5, 0, 5]), key: rootKey(1) });
    expect(split).toThrow(
      expect.objectContaining({ code: "data-invalid", message: expect.stringContaining("class 1") }),
    );
  });
});
