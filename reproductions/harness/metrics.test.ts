import { expect, test } from "vitest";
import { deviation, mean } from "./metrics.ts";

test("the deviation is that of a sample: n − 1 in the denominator", () => {
  // mean 3, squares 4 + 1 + 9 = 14, √(14 / 2)
  expect(deviation([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12);
  expect(deviation([5])).toBe(0);
});

test("nothing has no mean and no deviation", () => {
  expect(mean([])).toBeNaN();
  expect(deviation([])).toBeNaN();
});
