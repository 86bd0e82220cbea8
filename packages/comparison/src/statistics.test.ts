import { expect, test } from "vitest";
import { deviationOf, meanOf, pairedDifference, studentQuantile } from "./statistics.ts";

test.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [9, 2.262],
  [10, 2.228],
  [30, 2.042],
  [120, 1.98],
])("the two-sided 95 %% quantile of Student's t with %d degrees of freedom is %d, as in the tables", (freedom, t) => {
  expect(studentQuantile(freedom)).toBeCloseTo(t, 3);
});

test("a paired difference by hand", () => {
  // 0.8 − 0.7, 0.9 − 0.7, 0.7 − 0.6 = 0.1, 0.2, 0.1: mean 0.4/3; squares of −1/30, 2/30, −1/30 sum to 6/900, s² = 3/900
  const { mean, low, high } = pairedDifference([0.8, 0.9, 0.7], [0.7, 0.7, 0.6]);
  const half = (4.30265 * Math.sqrt(3 / 900)) / Math.sqrt(3);
  expect(mean).toBeCloseTo(0.4 / 3, 12);
  expect(low).toBeCloseTo(0.4 / 3 - half, 5);
  expect(high).toBeCloseTo(0.4 / 3 + half, 5);
});

test("what all seeds share cancels, however much seeds differ", () => {
  expect(pairedDifference([10.5, 200.5, 3000.5], [10, 200, 3000])).toEqual({
    mean: 0.5,
    pairs: 3,
    low: 0.5,
    high: 0.5,
  });
});

test("one seed has no spread and no interval", () => {
  expect(deviationOf([3])).toBeNull();
  expect(pairedDifference([3], [1])).toEqual({ mean: 2, pairs: 1, low: null, high: null });
});

test("mean and standard deviation of a sample", () => {
  // (1 + 2 + 6)/3 = 3; (4 + 1 + 9)/2 = 7
  expect(meanOf([1, 2, 6])).toBe(3);
  expect(deviationOf([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12);
});
