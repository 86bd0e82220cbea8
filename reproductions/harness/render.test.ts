import { expect, test } from "vitest";
import { difference, signTest, spread } from "./render.ts";

test("five wins of five have a two-sided sign test of 2/32", () => {
  expect(signTest(5, 0)).toBeCloseTo(2 / 32, 12);
  expect(signTest(0, 5)).toBeCloseTo(2 / 32, 12);
});

test("an even split says nothing", () => {
  expect(signTest(3, 3)).toBe(1);
  expect(signTest(0, 0)).toBe(1);
});

test("four of five: 2 (1 + 5) / 32", () => {
  expect(signTest(4, 1)).toBeCloseTo(12 / 32, 12);
});

test("values are given as their mean and the deviation of a sample", () => {
  // mean (1 + 2 + 6) / 3 = 3, squares 4 + 1 + 9 = 14, √(14 / 2) = 2.646
  expect(spread([1, 2, 6], 2)).toBe("3.00 ± 2.65");
});

test("runs that never arrived are counted and left out of the mean", () => {
  expect(spread([4, Infinity, 6, Infinity], 1)).toBe("5.0 ± 1.4 (2 of 4 never)");
  expect(spread([Infinity, Infinity], 1)).toBe("never");
});

test("differences are taken seed by seed, where both sides have a value", () => {
  // 2 − 1 = 1, 5 − 3 = 2, the third has no baseline
  expect(difference([2, 5, 9], [1, 3, Infinity], 1)).toBe("+1.5 ± 0.7");
  expect(difference([1, 1], [3, 3], 1)).toBe("−2.0 ± 0.0");
  expect(difference([Infinity], [1], 1)).toBe("");
});
