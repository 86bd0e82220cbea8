import fc from "fast-check";
import { expect, test } from "vitest";
import { namePattern } from "./name-pattern.ts";

const plain = fc.string().filter((text) => !text.includes("*"));

test("a pattern without a star is fitted by itself alone, whatever signs are in it", () => {
  fc.assert(
    fc.property(plain, plain, (pattern, name) => {
      expect(namePattern(pattern)(pattern)).toBe(true);
      expect(namePattern(pattern)(name)).toBe(name === pattern);
    }),
  );
});

test("a star stands for any text, none included", () => {
  fc.assert(
    fc.property(plain, fc.string(), plain, (before, any, after) => {
      expect(namePattern(`${before}*${after}`)(before + any + after)).toBe(true);
      expect(namePattern("*")(any)).toBe(true);
    }),
  );
});

test.each([
  ["head.*", "head.weight", true],
  ["head.*", "ahead.weight", false],
  ["head.*", "header", false],
  ["*.bias", "blocks.0.norm1.bias", true],
  ["blocks.*.weight", "blocks.3.attention.weight", true],
  ["blocks.*.weight", "blocks.weight", false],
])("%j and %j: %s", (pattern, name, fits) => {
  expect(namePattern(pattern)(name)).toBe(fits);
});
