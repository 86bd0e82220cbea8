import fc from "fast-check";
import { expect, test } from "vitest";
import { codebookFrom, firstAtLeast, middles, sorted } from "./centres.ts";

const numbers = fc
  .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })
  .map((values) => sorted(Float32Array.from(values)));

test("by hand: from a bad cut to the good one", () => {
  // {0}, {1, 9, 10} have the means 0 and 20/3; the middle, 10/3, leads to {0, 1}, {9, 10}: 0.5 and 9.5. 2 · 0.25 + 2 · 90.25 = 181.
  expect(codebookFrom(sorted(Float32Array.of(10, 0, 9, 1)), [1])).toEqual({ centres: [0.5, 9.5], kept: 181 });
});

test("stretches without a number have no centre", () => {
  expect(codebookFrom(sorted(Float32Array.of(2, 2, 2)), [0, 0, 3])).toEqual({ centres: [2], kept: 12 });
});

test("keeps no less than the stretches that it starts from", () => {
  fc.assert(
    fc.property(numbers, fc.array(fc.nat(), { maxLength: 5 }), (given, places) => {
      const starts = places.map((place) => place % (given.values.length + 1)).sort((a, b) => a - b);
      const edges = [0, ...starts, given.values.length];
      const kept = edges.slice(1).reduce((total, to, at) => {
        const stretch = given.values.subarray(edges[at], to);
        const sum = stretch.reduce((all, value) => all + value, 0);
        return total + (stretch.length === 0 ? 0 : (sum * sum) / stretch.length);
      }, 0);
      expect(codebookFrom(given, starts).kept).toBeGreaterThanOrEqual(kept - 1e-12);
    }),
  );
});

test("the first at least as large is where sorting would put a number", () => {
  fc.assert(
    fc.property(numbers, fc.float({ min: -1, max: 1, noNaN: true }), ({ values }, bound) => {
      expect(firstAtLeast(values, bound)).toBe(values.filter((value) => value < bound).length);
    }),
  );
});

test("middles lie between neighbours", () => {
  expect(middles([1, 3, 9])).toEqual([2, 6]);
  expect(middles([1])).toEqual([]);
});
