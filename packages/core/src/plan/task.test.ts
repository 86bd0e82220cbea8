import fc from "fast-check";
import { expect, test } from "vitest";
import { examplesProcessed, stepsOf } from "./task.ts";

const amount = fc.integer({ min: 1, max: 1000 });

test("passes over all examples take enough steps for each example, and no step more", () => {
  fc.assert(
    fc.property(amount, amount, amount, (epochs, batchSize, examples) => {
      const work = { epochs, batchSize };
      const stepsOfEpoch = stepsOf(work, examples) / epochs;
      expect(stepsOfEpoch * batchSize).toBeGreaterThanOrEqual(examples);
      expect((stepsOfEpoch - 1) * batchSize).toBeLessThan(examples);
      expect(examplesProcessed(work, examples)).toBe(epochs * examples);
    }),
  );
});

test("steps are as many as asked for; a batch is never larger than the client's data", () => {
  fc.assert(
    fc.property(amount, amount, amount, (steps, batchSize, examples) => {
      const work = { steps, batchSize };
      expect(stepsOf(work, examples)).toBe(steps);
      expect(examplesProcessed(work, examples)).toBe(steps * Math.min(batchSize, examples));
    }),
  );
});

test("by hand: 2 passes over 10 examples in batches of 4 are 2 · 3 steps and 20 examples", () => {
  expect(stepsOf({ epochs: 2, batchSize: 4 }, 10)).toBe(6);
  expect(examplesProcessed({ epochs: 2, batchSize: 4 }, 10)).toBe(20);
});
