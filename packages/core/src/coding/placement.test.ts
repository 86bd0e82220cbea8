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
  .record({
    workers: fc.integer({ min: 3, max: 9 }),
    examples: fc.integer({ min: 1, max: 200 }),
    models: fc.integer({ min: 1, max: 3 }),
    multiplexed: fc.boolean(),
  })
  .map(({ workers, examples, models, multiplexed }) => {
    const coding = multiplexed ? mSgc({ burst: 1, window: 3, most: 2 }) : gradientCoding({ tolerated: 2 });
    return { scheme: coding.schemeFor(workers), models, examples };
  });

test("a job that takes all examples takes every row once", () => {
  fc.assert(
    fc.property(placements, fc.integer({ min: 1, max: 9 }), ({ examples, ...placement }, job) => {
      const whole = { ...placement, examples, batchSize: examples };
      expect(timesTaken(whole, [job]).every((times) => times === 1)).toBe(true);
      expect(rowsInJob(whole, job)).toBe(examples);
    }),
  );
});

test("every model sees each row once before any a second time, however many models take turns", () => {
  fc.assert(
    fc.property(placements, fc.integer({ min: 2, max: 5 }), ({ examples: batchSize, ...placement }, steps) => {
      const batches = { ...placement, examples: batchSize * steps, batchSize };
      for (let model = 0; model < batches.models; model++) {
        const jobs = Array.from({ length: steps }, (_, step) => 1 + model + step * batches.models);
        expect(timesTaken(batches, jobs).every((times) => times === 1)).toBe(true);
      }
    }),
  );
});

test("a step takes the same rows under every code and with every model, also where a batch begins again at the first row", () => {
  const taken = fc.tuple(placements, placements, fc.integer({ min: 1, max: 200 }), fc.nat({ max: 20 }));
  fc.assert(
    fc.property(taken, ([one, other, share, step]) => {
      const { examples } = one;
      const batchSize = Math.min(share, examples);
      const rows = [one, other].map((placement) =>
        timesTaken({ ...placement, examples, batchSize }, [1 + step * placement.models]),
      );
      const expected = Uint32Array.from({ length: examples }, (_, row) =>
        Number((row - ((step * batchSize) % examples) + examples) % examples < batchSize),
      );
      expect(rows).toEqual([expected, expected]);
    }),
  );
});
