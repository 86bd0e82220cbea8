import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sharedOut } from "./sizes.ts";

describe("sharing out", () => {
  test("adds up, keeps the minimum, and is never a whole thing away from the ideal share", () => {
    const weights = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(weights, fc.nat(5), fc.nat(10_000), (given, minimum, rest) => {
        const total = minimum * given.length + rest;
        const shares = sharedOut(total, given, minimum);
        const sum = given.reduce((partial, weight) => partial + weight, 0);
        expect(shares.reduce((partial, share) => partial + share, 0)).toBe(total);
        shares.forEach((share, i) => {
          expect(share).toBeGreaterThanOrEqual(minimum);
          expect(Math.abs(share - minimum - (rest * (given[i] ?? 0)) / sum)).toBeLessThan(1 + 1e-6);
        });
      }),
    );
  });

  test("gives the leftovers to the largest remainders", () => {
    // 10 in the ratio 3 : 3 : 1 is 4.29, 4.29, 1.43: whole parts 4, 4, 1, and the tenth to the remainder 0.43
    expect([...sharedOut(10, [3, 3, 1], 0)]).toEqual([4, 4, 2]);
  });

  test("refuses to share out less than the minimum", () => {
    expect(() => sharedOut(3, [1, 1], 2)).toThrow("enough to share out");
  });
});
