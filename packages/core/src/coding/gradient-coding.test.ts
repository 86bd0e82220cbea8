import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { permutation } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import { gradientCoding } from "./gradient-coding.ts";
import { replay } from "./replay.ts";

describe("gradient-coding", () => {
  test("is refused for so many workers that it does not decode in float64, and not for as many that repeat", () => {
    expect(gradientCoding({ tolerated: 300 }).contradiction(600)).toContain("does not decode in float64");
    expect(gradientCoding({ tolerated: 299 }).contradiction(600)).toBeNull();
    expect(gradientCoding({ tolerated: 128 }).contradiction(256)).toBeNull();
    expect(gradientCoding({ tolerated: 2 }).contradiction(1000)).toBeNull();
  });

  test("has every worker compute s + 1 chunks, n from 8 to 256, without delay", () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 256 }), fc.integer({ min: 1, max: 7 }), (workers, tolerated) => {
        const scheme = gradientCoding({ tolerated }).schemeFor(workers);
        expect(scheme.load).toBe((tolerated + 1) / workers);
        expect(scheme.delay).toBe(0);
      }),
      { numRuns: 50 },
    );
    expect(gradientCoding({ tolerated: 15 }).schemeFor(256).load).toBe(0.0625);
  });

  test("waits for no more than s late workers, whoever they are, at 256 workers with s = 15 and 27", () => {
    for (const tolerated of [15, 27]) {
      const scheme = gradientCoding({ tolerated }).schemeFor(256);
      for (let seed = 0; seed < 40; seed++) {
        const late = new Set(permutation(fold(rootKey(tolerated), seed), 256).subarray(0, tolerated));
        const secondsOf = (_: number, worker: number): number => (late.has(worker) ? 9 : 1);
        const { rounds } = replay({ scheme, jobs: 1, patience: 1, waitOut: "enough", secondsOf });
        expect(rounds).toMatchObject([{ seconds: 2, waited: false }]);
      }
    }
  });

  test("waits for one of s + 1 late workers, where what is there does not decode without", () => {
    const scheme = gradientCoding({ tolerated: 1 }).schemeFor(4);
    const replayOf = (times: readonly number[], waitOut: "enough" | "all") =>
      replay({ scheme, jobs: 1, patience: 1, waitOut, secondsOf: (_, worker) => times[worker] ?? 0 }).rounds;
    // Workers 0 and 1 are late, who hold the same chunks; the first of them is enough.
    expect(replayOf([7, 6, 1, 1], "enough")).toMatchObject([{ seconds: 6, waited: true }]);
    // Workers 0 and 2 are late: one of each pair is there.
    expect(replayOf([7, 1, 6, 1], "enough")).toMatchObject([{ seconds: 2, waited: false }]);
    expect(replayOf([7, 1, 6, 1], "all")).toMatchObject([{ seconds: 7, waited: true }]);
  });

  test("is refused where everybody could be late", () => {
    expect(gradientCoding({ tolerated: 4 }).contradiction(4)).toBe("of 4 workers at most 3 can be tolerated, not 4");
    expect(gradientCoding({ tolerated: 3 }).contradiction(4)).toBeNull();
    expect(() => gradientCoding({ tolerated: 0 })).toThrow("tolerated");
  });
});
