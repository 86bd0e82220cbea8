import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTooSmall, nextBatchSize } from "./batch-sizes.ts";
import { gradientCoding, mSgc, srSgc, uncoded } from "./index.ts";
import { rowsOf } from "./placement.ts";

const codings = fc.constantFrom(
  uncoded(),
  gradientCoding({ tolerated: 2 }),
  srSgc({ burst: 1, window: 3, most: 4 }),
  mSgc({ burst: 1, window: 2, most: 3 }),
  mSgc({ burst: 2, window: 4, most: 2 }),
);

describe("a batch", () => {
  test("that is not too small gives every answer an example", () => {
    fc.assert(
      fc.property(codings, fc.integer({ min: 5, max: 40 }), fc.nat({ max: 200 }), (coding, workers, given) => {
        const scheme = coding.schemeFor(workers);
        const batchSize = nextBatchSize(scheme, given);
        expect(batchSize).toBeGreaterThan(given);
        expect(isTooSmall(scheme, batchSize)).toBe(false);
        const placement = { scheme, models: 1, examples: batchSize, batchSize };
        for (const [group, { code }] of scheme.groups.entries()) {
          for (const { first, terms } of code.blocks) {
            for (const own of terms) {
              const ranges = own.flatMap(({ chunk }) => rowsOf(placement, { job: 1, group }, first + chunk));
              expect(ranges.reduce((rows, { from, to }) => rows + to - from, 0)).toBeGreaterThan(0);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test("is too small below the number of workers, and without a code not from there on", () => {
    const scheme = uncoded().schemeFor(7);
    expect([6, 7, 8].map((size) => isTooSmall(scheme, size))).toEqual([true, false, false]);
    expect(nextBatchSize(scheme, 2)).toBe(7);
  });

  test("has to be larger where a job is shared out to several groups", () => {
    // Three groups of a third each, all without a code: 6 workers have 18 chunks.
    const scheme = mSgc({ burst: 1, window: 4, most: 6 }).schemeFor(6);
    expect([17, 18].map((size) => isTooSmall(scheme, size))).toEqual([true, false]);
    expect(nextBatchSize(scheme, 6)).toBe(18);
  });
});
