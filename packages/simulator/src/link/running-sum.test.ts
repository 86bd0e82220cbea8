import fc from "fast-check";
import { expect, test } from "vitest";
import { runningSum } from "./running-sum.ts";

test("numbers that come and go leave nothing behind, however large they are beside the others", () => {
  const one = fc.oneof(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.double({ min: 1, max: 1e15, noNaN: true }));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), fc.double({ min: 0.1, max: 10, noNaN: true }), (guests, stays) => {
      const sum = runningSum();
      for (const guest of guests) sum.add(guest);
      sum.add(stays);
      for (const guest of guests) sum.add(-guest);
      expect(Math.abs(sum.value() - stays)).toBeLessThanOrEqual(1e-12 * stays);
    }),
  );
});

test("by hand: 0.1 beside 1e15 is not lost", () => {
  // fl(1e15 + 0.1) = 1e15 + 0.125; without the rest 0.125 would be left.
  const sum = runningSum();
  for (const x of [1e15, 0.1, -1e15]) sum.add(x);
  expect(sum.value()).toBe(0.1);
  sum.reset();
  expect(sum.state()).toEqual({ sum: 0, rest: 0 });
});
