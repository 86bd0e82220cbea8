import { describe, expect, test } from "vitest";
import { corrected, differenceProbability, signProbability } from "./significance.ts";

describe("the sign test", () => {
  test("has p = 2 · 0.5^n where n differences have one sign, and counts no zeros", () => {
    expect(signProbability([1, 1, 1, 1, 1])).toBe(2 / 32);
    expect(signProbability([-1, -1, -1, -1, -1, 0, 0])).toBe(2 / 32);
  });

  test("by hand with both signs: one of six", () => {
    // P(B ≤ 1) = (1 + 6)/64
    expect(signProbability([1, 2, 3, 4, 5, -6])).toBeCloseTo(14 / 64, 12);
  });

  test("is sure of nothing where signs are even, none differs, or there are two seeds", () => {
    expect(signProbability([1, -1, 1, -1])).toBe(1);
    expect(signProbability([0, 0, 0])).toBe(1);
    expect(signProbability([1, 1])).toBe(1);
  });
});

describe("the chance of a difference", () => {
  test("is that of Student's t: at the 95 % quantile it is 0.05", () => {
    // mean 0.4 and s = 0.2: t = 0.4 · √3 / 0.2 = 3.4641 with 2 degrees of freedom, p = 1 − t/√(t² + 2) = 1 − √(12/14)
    expect(differenceProbability([0.2, 0.4, 0.6])).toBeCloseTo(1 - Math.sqrt(12 / 14), 12);
  });

  test("is that of the sign test where all differences are one number, but for rounding", () => {
    expect(differenceProbability([50, 50, 50])).toBe(2 / 8);
    expect(differenceProbability([0.7 - 0.6, 0.8 - 0.7, 0.3 - 0.2, 0.1])).toBe(2 / 16);
    expect(differenceProbability([0, 0, 0])).toBe(1);
  });

  test("is 1 on fewer than three seeds", () => {
    expect(differenceProbability([100, 100.1])).toBe(1);
    expect(differenceProbability([])).toBe(1);
  });
});

test("Holm's correction by hand, in the order of the tests", () => {
  // rising: 0.01 · 4, 0.0125 · 3 < 0.04, so 0.04 as well, 0.03 · 2, 0.5 · 1
  const [a, b, c, d] = corrected([0.03, 0.01, 0.5, 0.0125]);
  expect(a).toBeCloseTo(0.06, 12);
  expect(b).toBeCloseTo(0.04, 12);
  expect(c).toBe(0.5);
  expect(d).toBeCloseTo(0.04, 12);
  expect(corrected([0.9, 0.8])).toEqual([1, 1]);
});
