import { expect, test } from "vitest";
import { largest, smallest } from "./extremes.ts";

test("extremes of more numbers than a call takes arguments", () => {
  const many = Array.from({ length: 1_000_000 }, (_, at) => (at * 7919) % 1_000_003);
  expect(() => Math.max(...many)).toThrow(RangeError);
  expect(largest(many)).toBe(1_000_002);
  expect(smallest(many)).toBe(0);
});

test("of nothing they are the bound that was given", () => {
  expect([largest([], 1), smallest([], 1), largest([]), smallest([])]).toEqual([1, 1, -Infinity, Infinity]);
  expect([largest([2], 3), smallest([2], 1)]).toEqual([3, 1]);
});
