import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, type Measurement, model, type RunResult } from "@potluck/scenario";
import { simulate } from "@potluck/simulator";
import { beforeAll, expect, test } from "vitest";
import {
  lateAccuracyInTime,
  lateLossInTime,
  lossAtUpdates,
  lossUnrest,
  secondsToLoss,
  tasksTo,
  updatesTo,
} from "./time-metrics.ts";

let result: RunResult;
beforeAll(async () => {
  const plan = federated({
    pacing: pacing.rounds({ cohort: 2 }),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { steps: 1, batchSize: 1 },
    versions: 1,
  });
  const examples = data.gaussians({ classes: 2, features: 2, examplesPerClass: 4, testExamplesPerClass: 2 });
  const parts = { model: model.mlp({ hidden: [] }), data: examples, fleet: fleet.uniform(), plan };
  const split = partition.iid({ clients: 2, testShare: 0 });
  result = await simulate({ scenario: { name: "tiny", ...parts, partition: split }, seed: 1, workers: 1 });
});

/** A run of 100 seconds that was measured at these instants. */
function measured(...all: readonly Partial<Measurement>[]): RunResult {
  const [first] = result.measurements;
  if (first === undefined) throw new Error("nothing was measured");
  return { ...result, virtualSeconds: 100, measurements: all.map((one) => ({ ...first, ...one })) };
}

test("the last fifth of the time is what was measured from 80 seconds on, however often that was", () => {
  const run = measured(
    { virtualSeconds: 10, testLoss: 9, testAccuracy: 0.1 },
    { virtualSeconds: 79.9, testLoss: 5, testAccuracy: 0.2 },
    { virtualSeconds: 80, testLoss: 1, testAccuracy: 0.5 },
    { virtualSeconds: 90, testLoss: 2, testAccuracy: 0.6 },
    { virtualSeconds: 91, testLoss: 6, testAccuracy: 1 },
  );
  expect(lateLossInTime(0.2).of(run)).toBe(3);
  expect(lateAccuracyInTime(0.2).of(run)).toBeCloseTo(0.7, 12);
  // Squares 4 + 1 + 9 = 14, √(14 / 2)
  expect(lossUnrest(0.2).of(run)).toBeCloseTo(Math.sqrt(7), 12);
});

test("a run that diverged has no late loss: it is worse than any other, however good it was before", () => {
  const run: RunResult = { ...measured({ virtualSeconds: 100, testLoss: 0 }), status: "stalled" };
  expect(lateLossInTime(0.2).of(run)).toBeNaN();
  expect(lossUnrest(0.2).of(run)).toBeNaN();
});

test("a target counts when it is first reached", () => {
  const run = measured(
    { virtualSeconds: 1, testLoss: 0.6, testAccuracy: 0.7, updatesUsed: 10 },
    { virtualSeconds: 2, testLoss: 0.5, testAccuracy: 0.8, updatesUsed: 20 },
    { virtualSeconds: 3, testLoss: 0.7, testAccuracy: 0.6, updatesUsed: 30 },
    { virtualSeconds: 4, testLoss: 0.4, testAccuracy: 0.9, updatesUsed: 40 },
  );
  expect(secondsToLoss(0.5).of(run)).toBe(2);
  expect(updatesTo(0.75).of(run)).toBe(20);
  expect(lossAtUpdates(25).of(run)).toBe(0.7);
  expect(secondsToLoss(0.3).of(run)).toBe(Infinity);
  expect(updatesTo(0.95).of(run)).toBe(Infinity);
  expect(lossAtUpdates(41).of(run)).toBeNaN();
});

test("tasks are counted by the models that were sent, those of work that was wasted too", () => {
  const { byteLength } = result.params;
  const run = measured(
    { testAccuracy: 0.5, bytesDown: 13 * byteLength },
    { testAccuracy: 0.9, bytesDown: 20 * byteLength },
  );
  expect(tasksTo(0.8).of(run)).toBe(20);
  expect(tasksTo(0.95).of(run)).toBe(Infinity);
  // Two clients, one round.
  expect((result.measurements.at(-1)?.bytesDown ?? 0) / byteLength).toBe(2);
});
