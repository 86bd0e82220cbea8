import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradientCoding } from "./gradient-coding.ts";
import { replay } from "./replay.ts";
import { replication } from "./replication.ts";

/** Copies and groups of 8 to 256 workers. */
const groupings = fc
  .record({ copies: fc.integer({ min: 2, max: 16 }), groups: fc.integer({ min: 4, max: 16 }) })
  .map(({ copies, groups }) => ({ copies, workers: copies * groups }));

describe("replication", () => {
  test("has every worker compute r chunks, n from 8 to 256, without delay", () => {
    fc.assert(
      fc.property(groupings, ({ copies, workers }) => {
        const scheme = replication({ copies }).schemeFor(workers);
        expect(scheme.load).toBe(copies / workers);
        expect(scheme.delay).toBe(0);
      }),
    );
    expect(replication({ copies: 16 }).schemeFor(256).load).toBe(0.0625);
  });

  test("is gradient coding with s = r − 1, as far as what is computed goes", () => {
    fc.assert(
      fc.property(groupings, ({ copies, workers }) => {
        const [{ code: own } = {}] = replication({ copies }).schemeFor(workers).groups;
        const [{ code: other } = {}] = gradientCoding({ tolerated: copies - 1 }).schemeFor(workers).groups;
        expect(own?.blocks.map(({ first, terms }) => ({ first, terms }))).toEqual(
          other?.blocks.map(({ first, terms }) => ({ first, terms })),
        );
      }),
      { numRuns: 30 },
    );
  });

  test("takes as long as the first of each group, of the group whose first is slowest", () => {
    const times = fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(times, fc.constantFrom(2, 3, 4, 6), (seconds, copies) => {
        const scheme = replication({ copies }).schemeFor(12);
        const secondsOf = (_: number, worker: number): number => seconds[worker] ?? 0;
        const firsts = Array.from({ length: 12 / copies }, (_, group) =>
          Math.min(...seconds.slice(group * copies, (group + 1) * copies)),
        );
        const replayed = replay({ scheme, jobs: 1, patience: 0, waitOut: "enough", secondsOf });
        expect(replayed.seconds).toBe(Math.max(...firsts));
      }),
    );
  });

  test("bears more than r − 1 late workers where no group is late as a whole", () => {
    const late = new Set([0, 2, 4]);
    const secondsOf = (_: number, worker: number): number => (late.has(worker) ? 9 : 1);
    const scheme = replication({ copies: 2 }).schemeFor(6);
    const { rounds } = replay({ scheme, jobs: 1, patience: 1, waitOut: "enough", secondsOf });
    expect(rounds).toMatchObject([{ seconds: 2, waited: false }]);
  });

  test("is refused where workers are not whole groups", () => {
    expect(replication({ copies: 3 }).contradiction(8)).toBe("8 workers are not groups of 3: use gradient-coding");
    expect(replication({ copies: 3 }).contradiction(9)).toBeNull();
    expect(() => replication({ copies: 1 })).toThrow("copies");
  });
});
