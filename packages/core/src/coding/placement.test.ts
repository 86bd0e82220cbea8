import fc from "fast-check";
import { expect, test } from "vitest";
import { gradientCoding, mSgc } from "./index.ts";
import { type Placement, rowsInBlock, rowsOf } from "./placement.ts";

/** How often each row is in a job. */
function timesTaken(placement: Placement, jobs: readonly number[]): Uint32Array {
  const times = new Uint32Array(placement.examples);
  for (const job of jobs) {
    for (let group = 0; group < placement.scheme.groups.length; group++) {
      for (let chunk = 0; chunk < placement.scheme.workers; chunk++) {
        for (const { from, to } of rowsOf(placement, { job, group }, chunk)) {
          addOne(times.subarray(from, to));
        }
      }
    }
  }
  return times;
}

function addOne(times: Uint32Array): void {
  for (const [at, count] of times.entries()) times[at] = count + 1;
}

/** How many rows a job has in all blocks. */
function rowsInJob(placement: Placement, job: number): number {
  return placement.scheme.groups.reduce(
    (rows, { code }, group) =>
      code.blocks.reduce((sum, block) => sum + rowsInBlock(placement, { job, group }, block), rows),
    0,
  );
}

const placements = fc
  .tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 1, max: 200 }), fc.boolean())
  .map(([workers, examples, multiplexed]) => {
    const coding = multiplexed ? mSgc({ burst: 1, window: 3, most: 2 }) : gradientCoding({ tolerated: 2 });
    return { scheme: coding.schemeFor(workers), examples };
  });

test("a job that takes all examples takes every row once", () => {
  fc.assert(
    fc.property(placements, fc.integer({ min: 1, max: 9 }), ({ scheme, examples }, job) => {
      const placement = { scheme, examples, batchSize: examples };
      expect(timesTaken(placement, [job]).every((times) => times === 1)).toBe(true);
      expect(rowsInJob(placement, job)).toBe(examples);
    }),
  );
});

test("jobs that take some take each row once before any a second time", () => {
  fc.assert(
    fc.property(placements, fc.integer({ min: 2, max: 5 }), ({ scheme, examples }, jobs) => {
      const placement = { scheme, examples: examples * jobs, batchSize: examples };
      const all = Array.from({ length: jobs }, (_, at) => at + 1);
      expect(timesTaken(placement, all).every((times) => times === 1)).toBe(true);
      expect(all.reduce((sum, job) => sum + rowsInJob(placement, job), 0)).toBe(placement.examples);
    }),
  );
});
