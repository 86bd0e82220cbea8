import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  average,
  jainIndex,
  normalised,
  quantile,
  standardDeviation,
  total,
  totalVariation,
  worstDecile,
} from "./statistics.ts";

/** Nothing, or enough for its square to be a number. */
const share = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true }));
const shares = fc.array(share, { minLength: 1, maxLength: 30 });
const someShares = shares.filter((x) => x.some((one) => one > 0));
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const values = fc.array(value, { minLength: 1, maxLength: 40 });

describe("Jain's index", () => {
  test("is between 1/n and 1", () => {
    fc.assert(
      fc.property(someShares, (x) => {
        expect(jainIndex(x)).toBeGreaterThanOrEqual((1 / x.length) * (1 - 1e-12));
        expect(jainIndex(x)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test("is 1 where all have the same, 1/n where one has everything, k/n where k share equally", () => {
    const size = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 100 }), (k, n, x) => {
        const having = Math.min(k, n);
        const all = Array.from({ length: n }, (_, i) => (i < having ? x : 0));
        expect(jainIndex(all)).toBeCloseTo(having / n, 12);
      }),
    );
  });

  test("counts ratios only, and not who has what", () => {
    fc.assert(
      fc.property(someShares, (x) => {
        const index = jainIndex(x) ?? Number.NaN;
        expect(jainIndex(x.map((one) => 4 * one))).toBe(index);
        expect(jainIndex(x.toReversed())).toBeCloseTo(index, 12);
      }),
    );
  });

  test("is nothing where there is nothing to share", () => {
    expect([jainIndex([]), jainIndex([0, 0])]).toEqual([null, null]);
  });

  test("by hand: of 1, 2, 3 it is 36 / (3 · 14)", () => {
    expect(jainIndex([1, 2, 3])).toBe(36 / 42);
  });
});

describe("the total variation", () => {
  const pair = fc.tuple(shares, shares).map(([p, q]) => {
    const length = Math.min(p.length, q.length);
    return [normalised([1, ...p.slice(0, length)]), normalised([1, ...q.slice(0, length)])] as const;
  });

  test("of two distributions is between 0 and 1, the same from both sides, and 0 for the same", () => {
    fc.assert(
      fc.property(pair, ([p, q]) => {
        expect(totalVariation(p, q)).toBeGreaterThanOrEqual(0);
        expect(totalVariation(p, q)).toBeLessThanOrEqual(1 + 1e-12);
        expect(totalVariation(p, q)).toBe(totalVariation(q, p));
        expect(totalVariation(p, p)).toBe(0);
      }),
    );
  });

  test("by hand: disjoint distributions are 1 apart, (½, ½, 0) and (¼, ¼, ½) are ½ apart", () => {
    expect(totalVariation([1, 0], [0, 1])).toBe(1);
    expect(totalVariation([0.5, 0.5, 0], [0.25, 0.25, 0.5])).toBe(0.5);
  });
});

test("normalised values sum to 1, or to 0 where they did", () => {
  fc.assert(
    fc.property(shares, (x) => {
      expect(total(normalised(x))).toBeCloseTo(total(x) === 0 ? 0 : 1, 9);
    }),
  );
  expect(normalised([0, 0])).toEqual([0, 0]);
  expect(normalised([1, 3])).toEqual([0.25, 0.75]);
});

describe("the standard deviation", () => {
  test("does not change when all values move, and grows with their scale", () => {
    fc.assert(
      fc.property(values, (x) => {
        const deviation = standardDeviation(x) ?? Number.NaN;
        expect(standardDeviation(x.map((one) => one + 1024))).toBeCloseTo(deviation, 4);
        expect(standardDeviation(x.map((one) => 2 * one))).toBeCloseTo(2 * deviation, 4);
        expect(deviation).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("by hand: of 2, 4, 4, 4, 5, 5, 7, 9 it is 2, their mean being 5", () => {
    expect(average([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5);
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBe(2);
  });

  test("of one value is 0, and of nothing is nothing, as is its mean", () => {
    expect([standardDeviation([3]), standardDeviation([]), average([])]).toEqual([0, null, null]);
  });
});

describe("the worst decile", () => {
  test("is the mean of the lowest tenth, at least one value", () => {
    fc.assert(
      fc.property(values, (x) => {
        const lowest = x.toSorted((a, b) => a - b).slice(0, Math.max(1, Math.floor(x.length / 10)));
        expect(worstDecile(x)).toBe(total(lowest) / lowest.length);
        expect(worstDecile(x)).toBeLessThanOrEqual((average(x) ?? 0) + 1e-6);
      }),
    );
  });

  test("by hand: of 0 … 29 it is the mean of 0, 1 and 2; of 5 values it is the lowest", () => {
    const thirty = Array.from({ length: 30 }, (_, i) => 29 - i);
    expect(worstDecile(thirty)).toBe(1);
    expect(worstDecile([5, 4, 9, 8, 7])).toBe(4);
    expect(worstDecile([])).toBeNull();
  });

  test("leaves the values in their order", () => {
    const given = [3, 1, 2];
    worstDecile(given);
    expect(given).toEqual([3, 1, 2]);
  });
});

describe("a quantile of counted values", () => {
  const counts = fc
    .array(fc.tuple(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 10 })
    .map((entries) => new Map(entries));

  test("is the smallest value that the share does not exceed, as if every observation were listed", () => {
    fc.assert(
      fc.property(counts, fc.constantFrom(0.25, 0.5, 0.95, 1), (given, wanted) => {
        const listed = [...given].flatMap(([x, count]) => new Array<number>(count).fill(x)).toSorted((a, b) => a - b);
        const place = Math.max(0, Math.ceil((Math.round(wanted * 100) * listed.length) / 100) - 1);
        expect(quantile(given, wanted)).toBe(listed[place]);
      }),
    );
  });

  test("by hand: 19 zeros and a seven", () => {
    const given = new Map([
      [7, 1],
      [0, 19],
    ]);
    expect([quantile(given, 0.5), quantile(given, 0.95), quantile(given, 0.96), quantile(given, 1)]).toEqual([
      0, 0, 7, 7,
    ]);
    expect(quantile(new Map(), 0.5)).toBeNull();
  });
});
