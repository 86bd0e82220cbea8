import fc from "fast-check";
import { expect, test } from "vitest";
import { hadamard, paddedLength } from "./hadamard.ts";

test("by hand: sums and differences, then sums and differences of those", () => {
  const y = Float64Array.of(1, 2, 3, 5);
  hadamard(y);
  // 1 + 2 = 3, 1 − 2 = −1, 3 + 5 = 8, 3 − 5 = −2; 3 + 8, −1 − 2, 3 − 8, −1 + 2.
  expect(y).toEqual(Float64Array.of(11, -3, -5, 1));
});

test("twice is length times the vector", () => {
  const whole = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(fc.array(whole, { minLength: 1, maxLength: 64, size: "max" }), (values) => {
      const x = new Float64Array(paddedLength(values.length));
      x.set(values);
      const y = x.slice();
      hadamard(y);
      hadamard(y);
      // + 0: sums may be −0.
      expect(y.map((value) => value + 0)).toEqual(x.map((value) => value * x.length + 0));
    }),
  );
});

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 4],
  [64, 64],
  [65, 128],
  [7850, 8192],
])("%i numbers are filled up to %i", (length, padded) => {
  expect(paddedLength(length)).toBe(padded);
});
