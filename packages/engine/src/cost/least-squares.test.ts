import fc from "fast-check";
import { expect, test } from "vitest";
import { leastSquares } from "./least-squares.ts";

test("what explains every row exactly is found", () => {
  const rate = fc.double({ min: 0.5, max: 2, noNaN: true });
  fc.assert(
    fc.property(rate, rate, (a, b) => {
      // rows (p, q) with a · p + b · q = 1, p from 0 to 1 ÷ a
      const rows = [0, 1, 2, 3].map((at) => [at / 3 / a, (1 - at / 3) / b]);
      const [x = 0, y = 0] = leastSquares(rows);
      expect(x).toBeCloseTo(a, 6);
      expect(y).toBeCloseTo(b, 6);
    }),
    { numRuns: 20 },
  );
});

test("what would have to be negative is zero", () => {
  // x + y = 1 and x + 2 y = 1 ÷ 2 would need y = −1 ÷ 2; with y = 0 the best x is that of (1, 1) and (2, 2)
  const [x = 0, y = 0] = leastSquares([
    [1, 1],
    [2, 4],
  ]);
  expect(y).toBe(0);
  expect(x).toBeCloseTo(3 / 5, 9);
});

test("a column of zeros is left at zero", () => {
  expect(leastSquares([[0, 2]])).toEqual([0, 0.5]);
});
