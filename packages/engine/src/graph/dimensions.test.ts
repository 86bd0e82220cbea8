import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dimensionProduct, dimensionQuotient, dimensionSize } from "./dimensions.ts";

const dimension = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("batch", "time", "x.0"));
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

  test("what does not divide has no quotient", () => {
    expect(dimensionQuotient("3*batch", 2)).toBeNull();
    expect(dimensionQuotient(12, "batch")).toBeNull();
  });
});
