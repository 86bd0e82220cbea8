import { chiSquare, hexBits, moment, take } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  integerStream,
  normalQuantile,
  normals,
  normalOf,
  normalStream,
  permutation,
  rademachers,
  signStream,
  uniformOf,
  uniformStream,
} from "./draws.ts";
import { fold, rootKey } from "./key.ts";

const key = fc.maxSafeNat().map(rootKey);

describe("uniform numbers", () => {
  test("are strictly between 0 and 1, and so is 1 minus each", () => {
    fc.assert(
      fc.property(key, (run) => take(uniformStream(run), 20).every((u) => u > 0 && u < 1 && 1 - u > 0 && 1 - u < 1)),
    );
  });

  test("can be drawn alone, as can normal ones: the first of a stream", () => {
    fc.assert(
      fc.property(key, (run) => {
        expect(uniformOf(run)).toBe(uniformStream(run)());
        expect(normalOf(run)).toBe(normalStream(run)());
      }),
    );
  });

  test("are odd multiples of 2^-53", () => {
    fc.assert(
      fc.property(key, (run) => take(uniformStream(run), 20).every((u) => Number.isInteger((u * 2 ** 53 - 1) / 2))),
    );
  });

  test("fall into all 100 hundredths alike", () => {
    const counts = new Float64Array(100);
    for (const u of take(uniformStream(rootKey(1)), 100_000)) {
      counts[Math.floor(100 * u)] = (counts[Math.floor(100 * u)] ?? 0) + 1;
    }
    // χ² with 99 degrees of freedom: mean 99, standard deviation 14.1.
    expect(Math.abs(chiSquare(counts, 1000) - 99)).toBeLessThan(3.5 * 14.1);
  });
});

describe("whole numbers below a bound", () => {
  test("are whole, not negative, and below it", () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 2 ** 32 }), (run, bound) => {
        const below = integerStream(run);
        return Array.from({ length: 10 }, () => below(bound)).every(
          (drawn) => Number.isInteger(drawn) && drawn >= 0 && drawn < bound,
        );
      }),
    );
  });

  test("are as likely as each other, also where 2^32 is no multiple of the bound", () => {
    // Without rejection the lower half of [0, 3 · 2^30) would be drawn twice as often in parts: 2^32 mod it is 2^30.
    const bound = 3 * 2 ** 30;
    const below = integerStream(rootKey(2));
    const counts = new Float64Array(3);
    for (let i = 0; i < 30_000; i++) {
      const third = Math.floor(below(bound) / 2 ** 30);
      counts[third] = (counts[third] ?? 0) + 1;
    }
    // χ² with 2 degrees of freedom exceeds 13.8 once in a thousand.
    expect(chiSquare(counts, 10_000)).toBeLessThan(13.8);
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN, Infinity])("refuse the bound %d", (bound) => {
    expect(() => integerStream(rootKey(0))(bound)).toThrow("a bound in [1, 2^32]");
  });
});

describe("normal numbers", () => {
  const drawn = normals(rootKey(42), 200_000);

  test("have the moments of the standard normal distribution", () => {
    // Standard errors with 200,000 draws: 1/447 of the standard deviation of x^k, which is √1, √2, √15, √96.
    expect(Math.abs(moment(drawn, 1))).toBeLessThan(3.5 / 447);
    expect(Math.abs(moment(drawn, 2) - 1)).toBeLessThan((3.5 * Math.sqrt(2)) / 447);
    expect(Math.abs(moment(drawn, 3))).toBeLessThan((3.5 * Math.sqrt(15)) / 447);
    expect(Math.abs(moment(drawn, 4) - 3)).toBeLessThan((3.5 * Math.sqrt(96)) / 447);
  });

  test.each([
    // Φ(z) from tables.
    [-3, 0.0013498980316301],
    [-1.959963984540054, 0.025],
    [-1, 0.158655253931457],
    [0, 0.5],
    [0.674489750196082, 0.75],
    [2, 0.977249868051821],
  ])("lie below %d with the right frequency", (z, probability) => {
    const share = drawn.filter((x) => x < z).length / drawn.length;
    expect(Math.abs(share - probability)).toBeLessThan(
      3.5 * Math.sqrt((probability * (1 - probability)) / drawn.length),
    );
  });

  test("do not depend on their neighbours", () => {
    const products = drawn.map((x, i) => x * (drawn[i + 1] ?? 0));
    expect(Math.abs(moment(products, 1))).toBeLessThan(3.5 / 447);
  });

  test("are a stream's beginning, whatever the length", () => {
    fc.assert(
      fc.property(key, fc.nat({ max: 50 }), (run, length) => {
        expect(normals(run, length)).toEqual(take(normalStream(run), length));
        expect(normals(run, length + 7).subarray(0, length)).toEqual(normals(run, length));
      }),
    );
  });

  test("are the same to the last bit in every engine", () => {
    expect(hexBits(normals(rootKey(1), 4))).toEqual([
      "bf99d82f5dbd87d5",
      "bfd43ccaa79458bc",
      "3fe2693f5989867b",
      "bfe7d35d67a8a7ed",
    ]);
    expect(hexBits([1e-300, 1e-12, 0.01, 0.0749999, 0.3, 0.925, 1 - 2 ** -53].map(normalQuantile))).toEqual([
      "c04286074064c26e",
      "c01c234fba57a32a",
      "c0029c5c4630ff0e",
      "bff70852e475e818",
      "bfe0c7e39582c5fa",
      "3ff7085226d3e524",
      "40206b48528cea51",
    ]);
  });
});

describe("the normal quantile", () => {
  test.each([
    // Φ⁻¹ computed with 40 digits elsewhere.
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798407],
    [1e-9, -5.9978070150076865],
    [0.0001, -3.7190164854556804],
    [0.025, -1.9599639845400543],
    [0.0749999999, -1.439531471644893],
    [0.25, -0.6744897501960817],
    [0.5, 0],
    [0.6, 0.2533471031357997],
    [0.9, 1.2815515655446006],
    [0.975, 1.9599639845400538],
    [0.999999, 4.753424308817087],
  ])("at %d is %d", (probability, quantile) => {
    expect(Math.abs(normalQuantile(probability) - quantile)).toBeLessThanOrEqual(
      1e-15 * Math.max(1, Math.abs(quantile)),
    );
  });

  test("rises, and is odd around one half", () => {
    const probability = fc.integer({ min: 1, max: 2 ** 40 - 1 }).map((count) => count * 2 ** -40);
    fc.assert(
      fc.property(probability, probability, (p, q) => {
        expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
        expect(Math.sign(normalQuantile(p) - normalQuantile(q))).toBe(Math.sign(p - q));
      }),
      { numRuns: 1000 },
    );
  });

  test("has no step where one formula takes over from the next", () => {
    // At p = 0.075 (|q| = 0.425) and at p = e^-25 (r = 5); the slope there is 1/φ(z), so a step would stand out.
    for (const border of [0.075, Math.exp(-25)]) {
      const [low, high] = [border * (1 - 1e-9), border * (1 + 1e-9)];
      const z = normalQuantile(border);
      const slope = Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
      expect((normalQuantile(high) - normalQuantile(low)) / (high - low) / slope).toBeCloseTo(1, 5);
    }
  });
});

describe("signs", () => {
  test("are −1 or 1, and a shorter vector is the beginning of a longer one", () => {
    fc.assert(
      fc.property(key, fc.nat({ max: 100 }), fc.nat({ max: 100 }), (run, length, more) => {
        const signs = rademachers(run, length);
        expect(signs.every((sign) => sign === 1 || sign === -1)).toBe(true);
        expect(rademachers(run, length + more).subarray(0, length)).toEqual(signs);
      }),
    );
  });

  test("come one after another too", () => {
    fc.assert(
      fc.property(key, fc.nat({ max: 100 }), (run, length) => {
        expect([...take(signStream(run), length)]).toEqual([...rademachers(run, length)]);
      }),
    );
  });

  test("are balanced in every place of a word, and do not depend on their neighbours", () => {
    const signs = rademachers(rootKey(9), 32 * 10_000);
    for (let place = 0; place < 32; place++) {
      let sum = 0;
      let products = 0;
      for (let at = place; at < signs.length - 1; at += 32) {
        sum += signs[at] ?? 0;
        products += (signs[at] ?? 0) * (signs[at + 1] ?? 0);
      }
      // Sums of 10,000 signs have a standard deviation of 100; the largest of 64 is rarely above 4 of them.
      expect(Math.abs(sum)).toBeLessThan(400);
      expect(Math.abs(products)).toBeLessThan(400);
    }
  });
});

describe("a permutation", () => {
  test("holds each number once", () => {
    fc.assert(
      fc.property(key, fc.nat({ max: 200 }), (run, length) => {
        expect(permutation(run, length).toSorted()).toEqual(Uint32Array.from({ length }, (_, i) => i));
      }),
    );
  });

  test("is each of the 24 orders of four alike", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = permutation(fold(rootKey(4), i), 4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // χ² with 23 degrees of freedom: mean 23, standard deviation 6.8.
    expect(Math.abs(chiSquare([...counts.values()], 1000) - 23)).toBeLessThan(3.5 * 6.8);
  });

  test("stays what it was", () => {
    expect([...permutation(rootKey(1), 10)]).toEqual([0, 4, 5, 2, 3, 7, 1, 9, 6, 8]);
  });
});
