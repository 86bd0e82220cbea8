import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dataset, federated, pacing, present, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, loss, model, type RunResult, type Scenario, scenario } from "@potluck/scenario";
import { simulate, type SimulationOptions, simulateTiming } from "../index.ts";

/** Eight clients that measure the same linear model with noise of deviation 0.1, and rounds of four of them. */
function linear(changes: Partial<Scenario> = {}, versions = 12): Scenario {
  return scenario({
    name: "linear",
    model: model.linear(),
    loss: loss.meanSquaredError(),
    data: data.syntheticRegression({
      clients: 8,
      features: 4,
      heterogeneity: 0,
      noise: 0.1,
      testExamplesPerClient: 50,
    }),
    partition: partition.byKey({ clients: 8 }),
    fleet: fleet.uniform(),
    plan: federated({
      pacing: pacing.rounds({ cohort: 4 }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 2, batchSize: 10 },
      versions,
    }),
    ...changes,
  });
}

const run = (of: Scenario, options: Partial<SimulationOptions> = {}): Promise<RunResult> =>
  simulate({ scenario: of, seed: 1, workers: 1, ...options });

/** What must not depend on the machine. */
function reproducible(result: RunResult): unknown {
  return { ...result, wall: null };
}

test("a linear model learns all but the noise, and is judged by loss, RMSE and R² instead of an accuracy", async () => {
  const { measurements, clients, scorecard, data: summary, parts } = await run(linear());
  const [first, last] = [present(measurements[0], "the first"), present(measurements.at(-1), "the last measurement")];
  // 400 held-out examples: the relative standard error of a variance is √(2/400) = 7 %; 5 of them are 35 %
  expect(last.testLoss / 0.01).toBeLessThan(1.5);
  expect(last.testLoss / 0.01).toBeGreaterThan(0.65);
  expect(last.testRmse).toBe(Math.sqrt(last.testLoss));
  // By hand from both measurements: the variance is what R² says it is at either.
  const variance = last.testLoss / (1 - present(last.testR2, "R²"));
  expect(first.testLoss / (1 - present(first.testR2, "R²"))).toBeCloseTo(variance, 8);
  expect(last.testR2).toBeGreaterThan(0.99);
  expect(measurements.every(({ testAccuracy }) => testAccuracy === null)).toBe(true);
  expect(
    clients.every(({ testAccuracy, testLoss }) => testAccuracy === null && testLoss !== null && testLoss < 0.1),
  ).toBe(true);
  expect(scorecard.starvation).toMatchObject({ worstDecileAccuracy: null, accuracyPerClass: [] });
  expect(summary).toMatchObject({ classes: 0, labelSkew: null, testPerClass: [] });
  expect(parts.find(({ room }) => room === "loss")).toEqual({ room: "loss", name: "mean-squared-error", options: {} });
});

test("the variance that R² is measured by is that of the held-out numbers", async () => {
  const { test: held } = await linear().data.load();
  const values = [...present(held.targets, "targets").values];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const last = present((await run(linear({}, 1))).measurements.at(-1), "a measurement");
  expect(last.testR2).toBeCloseTo(1 - last.testLoss / variance, 10);
});

test("numbers are trained the same with one worker and with two", async () => {
  expect(reproducible(await run(linear(), { workers: 2 }))).toEqual(reproducible(await run(linear())));
});

test("numbers are trained the same after an interruption, and only by the loss that they began with", async () => {
  const controller = new AbortController();
  const cut = await run(linear(), {
    signal: controller.signal,
    onProgress: ({ measurement }) => {
      if (measurement.version === 5) controller.abort();
    },
  });
  const checkpoint = present(cut.checkpoint, "a checkpoint");
  expect(reproducible(await run(linear(), { checkpoint }))).toEqual(reproducible(await run(linear())));
  await expect(run(linear({ loss: loss.huber() }), { checkpoint })).rejects.toThrow("its loss is");
  await expect(run(linear({ targetLoss: 1 }), { checkpoint })).rejects.toThrow("has the settings");
});

test("a run can end at its target loss", async () => {
  const result = await run(linear({ targetLoss: 0.1, stopAtTarget: true }, 50));
  expect(result.ended).toBe("the target loss of 0.1 was reached");
  expect(result.targetLoss).toBe(0.1);
  expect(result.measurements.filter(({ testLoss }) => testLoss <= 0.1)).toHaveLength(1);
  expect(result.scorecard.delay.secondsToTarget).toBe(result.virtualSeconds);
});

test("classifiers may have a target loss as well", async () => {
  const classes = { loss: loss.crossEntropy(), data: data.gaussians({ classes: 2, features: 4 }) };
  const result = await run(linear({ ...classes, partition: partition.iid({ clients: 8 }), targetLoss: 0.4 }));
  const reached = result.measurements.find(({ testLoss }) => testLoss <= 0.4);
  expect(result.scorecard.delay.secondsToTarget).toBe(present(reached, "a loss of 0.4").virtualSeconds);
  expect(result.measurements.at(-1)?.testAccuracy).toBeGreaterThan(0.8);
});

test("other losses of numbers have a loss alone", async () => {
  const result = await run(linear({ loss: loss.huber({ delta: 0.5 }) }));
  const last = present(result.measurements.at(-1), "a measurement");
  expect(last.testLoss).toBeLessThan(0.02);
  expect(last).not.toHaveProperty("testRmse");
  expect(last).not.toHaveProperty("testR2");
});

test("yes or no as numbers is told with an accuracy", async () => {
  const { train } = await data.gaussians({ classes: 2, features: 4 }).load();
  const values = Float32Array.from(train.labels);
  const examples = { ...train, labels: new Uint8Array(0), classes: 0, targets: { values, shape: [1] } };
  const dataset: Dataset = { name: "yes-or-no", train: examples, test: examples };
  const part = { room: "data", name: "yes-or-no", options: {} } as const;
  const result = await run(
    linear({
      loss: loss.binaryCrossEntropy(),
      data: { part, targetKind: "numbers", load: async () => dataset },
      partition: partition.iid({ clients: 8 }),
      targetAccuracy: 0.8,
    }),
  );
  expect(result.measurements.at(-1)?.testAccuracy).toBeGreaterThan(0.9);
  expect(result.scorecard.delay.secondsToTarget).not.toBeNull();
  expect(result.scorecard.starvation.accuracyPerClass).toEqual([]);
});

test("a column of numbers is learnt from a table of one's own, key by key", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-csv-"));
  const file = join(folder, "table.csv");
  const rows = Array.from(
    { length: 400 },
    (_, i) => `${i % 20},${(i * 7) % 11},site ${i % 4},${3 * (i % 20) - ((i * 7) % 11)}`,
  );
  await writeFile(file, ["a,b,site,y", ...rows].join("\n"));
  const columns = [{ name: "site", as: "key" }] as const;
  const source = data.csv({ file, target: "y", targetAs: "number", columns });
  const result = await run(linear({ data: source, partition: partition.byKey({ clients: 4 }) }, 20));
  await rm(folder, { recursive: true });
  expect(result.measurements.at(-1)?.testR2).toBeGreaterThan(0.99);
});

test("the clock alone runs for numbers as well, with the costs of the loss", async () => {
  const timed = await simulateTiming({ scenario: linear(), seed: 1 });
  const trained = await run(linear());
  expect(timed.virtualSeconds).toBe(trained.virtualSeconds);
});

test.each<[string, Partial<Scenario>, string, string]>([
  [
    "a loss of numbers on classes",
    { data: data.gaussians() },
    'loss "mean-squared-error" compares with numbers, and data "gaussians" comes with classes',
    "cross-entropy",
  ],
  [
    "a loss of classes on numbers",
    { loss: loss.crossEntropy() },
    'loss "cross-entropy" compares with classes, and data "synthetic-regression" comes with numbers to predict',
    "mean-squared-error",
  ],
  [
    "a partition by classes of numbers",
    { partition: partition.shards({ clients: 8 }) },
    'partition "shards" deals rows by their classes, and data "synthetic-regression" comes with numbers to predict',
    "iid",
  ],
  [
    "a target accuracy without accuracy",
    { targetAccuracy: 0.9 },
    'targetAccuracy is set, and the loss "mean-squared-error" has no accuracy',
    "targetLoss",
  ],
  ["a stop at no target", { stopAtTarget: true }, "stopAtTarget is set, and there is no target", "targetLoss"],
  [
    "two targets",
    { targetAccuracy: 0.9, targetLoss: 1 },
    "targetAccuracy and targetLoss are both set",
    "one of the two",
  ],
])("%s is refused before anything is loaded", async (_, changes, message, remedy) => {
  const fault = { code: "plan-contradiction", message, remedy: expect.stringContaining(remedy) };
  await expect(run(linear(changes))).rejects.toMatchObject(fault);
  await expect(simulateTiming({ scenario: linear(changes), seed: 1 })).rejects.toMatchObject(fault);
});

test("numbers without a loss are told that cross-entropy is the default", async () => {
  const { loss: _, ...without } = linear();
  await expect(run(without)).rejects.toThrow('loss "cross-entropy", the default, compares with classes');
});
