import fc from "fast-check";
import { expect, test } from "vitest";
import { chiSquare, hexBits, moment, take } from "./samples.ts";

test("a sample is the beginning of its stream", () => {
  let next = 0;
  expect(take(() => next++, 4)).toEqual(Float64Array.of(0, 1, 2, 3));
});

test("moments are means of powers", () => {
  // (1 + 4 + 9) / 3 and (1 − 8 + 27) / 3
  expect(moment(Float64Array.of(1, -2, 3), 2)).toBe(14 / 3);
  expect(moment(Float64Array.of(1, -2, 3), 3)).toBe(20 / 3);
});

test("counts that fit have no χ²; others have that of the formula", () => {
  expect(chiSquare([10, 10, 10], 10)).toBe(0);
  // 2²/10 + 1²/10 + 3²/10
  expect(chiSquare(Float64Array.of(12, 11, 7), 10)).toBeCloseTo(1.4, 12);
});

test("numbers have the same digits exactly when they have the same bits", () => {
  fc.assert(
    fc.property(fc.double(), fc.double(), (x, y) => {
      expect(hexBits([x])[0] === hexBits([y])[0]).toBe(Object.is(x, y));
    }),
  );
  // 1.5 is 2⁰ · 1.1 in binary: exponent 1023 = 3ff, mantissa 8 …; −0 is the sign alone.
  expect(hexBits([1.5, -0])).toEqual(["3ff8000000000000", "8000000000000000"]);
});
