import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { replay } from "./replay.ts";
import { uncoded } from "./uncoded.ts";

describe("uncoded", () => {
  test("has every worker compute one chunk, n from 8 to 256, without delay", () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 256 }), (workers) => {
        const scheme = uncoded().schemeFor(workers);
        expect(scheme.load).toBe(1 / workers);
        expect(scheme.delay).toBe(0);
        expect(scheme.groups).toMatchObject([{ share: 1, code: { workers, tolerated: 0, dispensable: 0 } }]);
      }),
    );
    expect(uncoded().schemeFor(256).load).toBeCloseTo(0.0039, 4);
  });

  test("takes as long as the slowest worker, however patient it is", () => {
    const times = fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 3, noNaN: true }), (seconds, patience) => {
        const scheme = uncoded().schemeFor(seconds.length);
        const secondsOf = (_: number, worker: number): number => seconds[worker] ?? 0;
        const replayed = replay({ scheme, jobs: 1, patience, waitOut: "enough", secondsOf });
        expect(replayed.seconds).toBe(Math.max(...seconds));
      }),
    );
  });

  test("is there for any number of workers", () => {
    expect(uncoded().contradiction(1)).toBeNull();
  });
});
