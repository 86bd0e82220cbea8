import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dimensionDifference,
  dimensionProduct,
  dimensionQuotient,
  dimensionSize,
  dimensionSum,
  dimensionTerms,
} from "./dimensions.ts";

const dimension = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("batch", "time", "x.0"));
/** Sums of products. */
const polynomial = fc
  .array(fc.array(dimension, { minLength: 1, maxLength: 3 }), { maxLength: 3 })
  .map((terms) => dimensionSum(terms.map(dimensionProduct)));
const sizes: Readonly<Record<string, number>> = { batch: 7, time: 3, "x.0": 5 };
const sizeOf = (name: string): number | undefined => sizes[name];

describe("dimensions", () => {
  test("a product divided by one of its factors is the product of the others", () => {
    fc.assert(
      fc.property(dimension, fc.array(dimension, { maxLength: 4 }), (one, others) => {
        const product = dimensionProduct([...others, one]);
        expect(dimensionQuotient(product, one)).toBe(dimensionProduct(others));
      }),
    );
  });

  test("the size of a product is the product of the sizes, in whatever order it was written", () => {
    fc.assert(
      fc.property(fc.array(dimension, { maxLength: 5 }), (factors) => {
        const expected = factors.reduce<number>((size, factor) => size * (dimensionSize(factor, sizeOf) ?? 0), 1);
        expect(dimensionSize(dimensionProduct(factors), sizeOf)).toBe(expected);
        expect(dimensionProduct(factors.toReversed())).toBe(dimensionProduct(factors));
      }),
    );
  });

  test("a name has no size until somebody gives it one", () => {
    expect(dimensionSize("25*batch", () => undefined)).toBeNull();
    expect(dimensionSize("25*batch", () => 4)).toBe(100);
  });

  test("sums, differences and products have the sizes that they say, and equal ones are the same text", () => {
    fc.assert(
      fc.property(polynomial, polynomial, (a, b) => {
        const [left, right] = [dimensionSize(a, sizeOf) ?? Number.NaN, dimensionSize(b, sizeOf) ?? Number.NaN];
        expect(dimensionSize(dimensionSum([a, b]), sizeOf)).toBe(left + right);
        expect(dimensionSize(dimensionDifference(a, b), sizeOf)).toBe(left - right);
        expect(dimensionSize(dimensionProduct([a, b]), sizeOf)).toBe(left * right);
        expect(dimensionSum([dimensionDifference(a, b), b])).toBe(a);
        expect(dimensionSum(dimensionTerms(a).map(dimensionProduct))).toBe(a);
      }),
    );
  });

  test("a sum times a product can be divided by either", () => {
    fc.assert(
      fc.property(polynomial, fc.array(dimension, { maxLength: 3 }), (sum, factors) => {
        const product = dimensionProduct(factors);
        const whole = dimensionProduct([sum, product]);
        expect(dimensionQuotient(whole, product)).toBe(sum);
        expect(dimensionQuotient(whole, sum)).toBe(sum === 0 ? null : product);
      }),
    );
  });

  test("terms are written one after another, the number last", () => {
    expect(dimensionSum([3, "batch", "batch*time", "batch", -4])).toBe("2*batch + batch*time - 1");
    expect(dimensionSum(["time", -1])).toBe("time - 1");
    expect(dimensionProduct(["time - 1", "time + 1"])).toBe("time*time - 1");
    expect(dimensionDifference("time", "time")).toBe(0);
  });

  test("what a file writes in another way is one name", () => {
    expect(dimensionQuotient("(time + 1)//2", 2)).toBeNull();
    expect(dimensionQuotient("(time + 1)//2", "(time + 1)//2")).toBe(1);
    expect(dimensionSize("(time + 1)//2", sizeOf)).toBeNull();
  });

  test("what does not divide has no quotient", () => {
    expect(dimensionQuotient("3*batch", 2)).toBeNull();
    expect(dimensionQuotient(12, "batch")).toBeNull();
    expect(dimensionQuotient("batch + 1", "time + 1")).toBeNull();
    expect(dimensionQuotient("batch", 0)).toBeNull();
  });
});
