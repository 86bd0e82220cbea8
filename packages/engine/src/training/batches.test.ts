import { fold, permutation, rootKey, type FixedWork } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Batches, MAX_EXAMPLES_PER_TASK, planBatches } from "./batches.ts";

const key = rootKey(7);
const sizes = fc.record({ rows: fc.integer({ min: 1, max: 40 }), batchSize: fc.integer({ min: 1, max: 50 }) });
const count = fc.integer({ min: 1, max: 5 });

function batchesOf({ order, starts, ends }: Batches): number[][] {
  return Array.from(starts, (start, k) => Array.from(order.subarray(Number(start), Number(ends[k])), Number));
}

test("each epoch visits every row once, in the order of its own key", () => {
  fc.assert(
    fc.property(sizes, count, ({ rows, batchSize }, epochs) => {
      const batches = batchesOf(planBatches(key, rows, { epochs, batchSize }));
      const stepsPerEpoch = Math.ceil(rows / batchSize);
      expect(batches).toHaveLength(epochs * stepsPerEpoch);
      for (let epoch = 0; epoch < epochs; epoch++) {
        const visited = batches.slice(epoch * stepsPerEpoch, (epoch + 1) * stepsPerEpoch).flat();
        expect(visited).toEqual([...permutation(fold(key, epoch), rows)]);
      }
    }),
  );
});

test("only the last batch of an epoch is smaller than the batch size", () => {
  fc.assert(
    fc.property(sizes, count, ({ rows, batchSize }, epochs) => {
      const batches = batchesOf(planBatches(key, rows, { epochs, batchSize }));
      const stepsPerEpoch = Math.ceil(rows / batchSize);
      const lastSize = rows - (stepsPerEpoch - 1) * batchSize;
      batches.forEach((batch, k) => {
        expect(batch).toHaveLength((k + 1) % stepsPerEpoch === 0 ? lastSize : batchSize);
      });
    }),
  );
});

test("work in steps gives that many batches of the batch size, or of all rows where they are fewer", () => {
  fc.assert(
    fc.property(sizes, count, ({ rows, batchSize }, steps) => {
      const batches = batchesOf(planBatches(key, rows, { steps, batchSize }));
      expect(batches.map((batch) => batch.length)).toEqual(Array(steps).fill(Math.min(batchSize, rows)));
    }),
  );
});

test("work in steps equals work in epochs where the batch size divides the rows", () => {
  fc.assert(
    fc.property(count, count, count, (batchSize, batchesPerEpoch, epochs) => {
      const rows = batchSize * batchesPerEpoch;
      const inSteps = planBatches(key, rows, { steps: epochs * batchesPerEpoch, batchSize });
      expect(inSteps).toEqual(planBatches(key, rows, { epochs, batchSize }));
    }),
  );
});

test("five rows in two epochs of batches of two end each epoch with a batch of one", () => {
  const { starts, ends } = planBatches(key, 5, { epochs: 2, batchSize: 2 });
  expect([...starts]).toEqual([0n, 2n, 4n, 5n, 7n, 9n]);
  expect([...ends]).toEqual([2n, 4n, 5n, 7n, 9n, 10n]);
});

test("other keys shuffle differently", () => {
  const work = { epochs: 1, batchSize: 10 };
  expect(planBatches(rootKey(8), 100, work).order).not.toEqual(planBatches(key, 100, work).order);
});

test.each<[string, number, FixedWork, string]>([
  ["no rows", 0, { epochs: 1, batchSize: 1 }, "data-invalid"],
  ["half an epoch", 3, { epochs: 0.5, batchSize: 1 }, "option-invalid"],
  ["empty batches", 3, { steps: 1, batchSize: 0 }, "option-invalid"],
  ["endless work", 3, { steps: MAX_EXAMPLES_PER_TASK + 1, batchSize: 1 }, "option-invalid"],
])("%s is refused", (_, rows, work, code) => {
  expect(() => planBatches(key, rows, work)).toThrow(expect.objectContaining({ code }));
});
