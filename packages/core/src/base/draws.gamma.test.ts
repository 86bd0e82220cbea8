import { chiSquare, hexBits, moment, take } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dirichlet, gammaStream } from "./draws.ts";
import { fold, rootKey } from "./key.ts";

const key = fc.maxSafeNat().map(rootKey);

describe("gamma numbers", () => {
  test.each([0.1, 0.5, 1, 2.5, 30])("of shape %d have its mean, variance and skewness", (shape) => {
    const gamma = gammaStream(fold(rootKey(6), String(shape)));
    const count = 60_000;
    const values = take(() => gamma(shape), count);
    expect(values.every((x) => x >= 0)).toBe(true);
    const centred = values.map((x) => x - shape);
    // Var x = k; Var (x − k)² = 2k² + 6k; Var (x − k)³ ≤ E (x − k)⁶ = 15k³ + 130k² + 120k.
    expect(Math.abs(moment(centred, 1))).toBeLessThan(3.5 * Math.sqrt(shape / count));
    expect(Math.abs(moment(centred, 2) - shape)).toBeLessThan(3.5 * Math.sqrt((2 * shape ** 2 + 6 * shape) / count));
    const sixth = 15 * shape ** 3 + 130 * shape ** 2 + 120 * shape;
    expect(Math.abs(moment(centred, 3) - 2 * shape)).toBeLessThan(3.5 * Math.sqrt(sixth / count));
  });

  test("of shape 1 are exponential: e^-1 of them are above 1", () => {
    const gamma = gammaStream(rootKey(8));
    const above = take(() => gamma(1), 40_000).filter((x) => x > 1).length / 40_000;
    expect(Math.abs(above - Math.exp(-1))).toBeLessThan(3.5 * Math.sqrt((0.368 * 0.632) / 40_000));
  });

  test("are finite and not negative, whatever the shape", () => {
    fc.assert(
      fc.property(key, fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (run, shape) => {
        const drawn = gammaStream(run)(shape);
        return drawn >= 0 && Number.isFinite(drawn);
      }),
    );
  });

  test.each([0, -1, Number.NaN])("refuse the shape %d", (shape) => {
    expect(() => gammaStream(rootKey(0))(shape)).toThrow("a gamma shape above 0");
  });

  test("stay what they were", () => {
    const gamma = gammaStream(rootKey(1));
    expect(hexBits([gamma(0.3), gamma(1), gamma(7)])).toEqual([
      "3fd3ef492de87a70",
      "3fccc6717f04731e",
      "402e50942f570a6c",
    ]);
  });
});

describe("Dirichlet probabilities", () => {
  test("are not negative and sum to 1", () => {
    fc.assert(
      fc.property(
        key,
        fc.double({ min: 1e-12, max: 1e9, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        (run, alpha, size) => {
          const probabilities = dirichlet(run, alpha, size);
          expect(probabilities.length).toBe(size);
          expect(probabilities.every((p) => p >= 0)).toBe(true);
          expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
        },
      ),
    );
  });

  test.each([0.1, 1, 10])("with concentration %d have its mean and variance in every place", (alpha) => {
    const [count, size] = [5000, 4];
    const drawn = Array.from({ length: count }, (_, i) => dirichlet(fold(rootKey(3), i), alpha, size));
    // Mean 1/4; variance (1/4)(3/4)/(4α + 1).
    const variance = 3 / 16 / (size * alpha + 1);
    for (let place = 0; place < size; place++) {
      const values = Float64Array.from(drawn, (probabilities) => probabilities[place] ?? 0);
      expect(Math.abs(moment(values, 1) - 1 / size)).toBeLessThan(4 * Math.sqrt(variance / count));
      expect(
        Math.abs(
          moment(
            values.map((x) => x - 1 / size),
            2,
          ) /
            variance -
            1,
        ),
      ).toBeLessThan(0.1);
    }
  });

  test("with a tiny concentration are a corner, and every corner alike", () => {
    const counts = new Float64Array(5);
    for (let i = 0; i < 5000; i++) {
      const corner = dirichlet(fold(rootKey(7), i), 1e-5, 5).indexOf(1);
      counts[corner] = (counts[corner] ?? 0) + 1;
    }
    // χ² with 4 degrees of freedom exceeds 18.5 once in a thousand. (Almost all of these draws underflow to zeros.)
    expect(chiSquare(counts, 1000)).toBeLessThan(18.5);
  });

  test("stay what they were", () => {
    expect(hexBits(dirichlet(rootKey(1), 0.3, 3))).toEqual([
      "3fb74ab286ce03fa",
      "3fbd77613ddf3185",
      "3fe967bd876a5950",
    ]);
  });
});
