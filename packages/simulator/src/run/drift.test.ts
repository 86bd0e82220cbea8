import { aggregation, federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, loss, model, scenario } from "@potluck/scenario";
import { simulate, simulateTiming } from "../index.ts";

/** Rounds of a second each, in which all four clients take part; at 10 seconds the two classes swap their labels. */
function drifting(versions: number, plan: Partial<Parameters<typeof federated>[0]> = {}) {
  return scenario({
    name: "drifting",
    model: model.mlp({ hidden: [16] }),
    data: data.gaussians({ classes: 2, features: 8, examplesPerClass: 200, spread: 0.2 }),
    partition: partition.labelDrift({ rule: "iid", clients: 4, at: [10] }),
    fleet: fleet.uniform({
      computeNoise: 0,
      latencySeconds: 0.5,
      uploadBytesPerSecond: 1e9,
      downloadBytesPerSecond: 1e9,
    }),
    plan: federated({
      pacing: pacing.rounds({ cohort: 4 }),
      solver: solver.sgd({ learningRate: 0.3 }),
      work: { epochs: 2, batchSize: 20 },
      versions,
      ...plan,
    }),
  });
}

test("clients train on what they hold when they are asked: once labels have drifted, the model follows them", async () => {
  const [before, after] = await Promise.all(
    [9, 30].map(async (versions) => simulate({ scenario: drifting(versions), seed: 1, workers: 1 })),
  );
  const held = before?.measurements.at(-1)?.testAccuracy ?? 0;
  expect(held).toBeGreaterThan(0.9);
  // The held-out examples keep their labels, and what clients hold has others by then.
  expect(after?.measurements.at(-1)?.testAccuracy).toBeLessThan(0.1);
  expect(Math.min(...(after?.clients.map(({ testAccuracy }) => testAccuracy ?? 0) ?? []))).toBeGreaterThan(0.9);
});

test("clients that come to hold more or less say so at once, and a plan that heeds it heard them as was asked", async () => {
  const changing = {
    // Normalised by steps: who holds more takes more of them in an epoch.
    ...drifting(60, { aggregation: aggregation.fedNova() }),
    partition: partition.priorDrift({ rule: "dirichlet-quantity", beta: 1, clients: 4, at: [3.5, 6.5] }),
  };
  const { clients, effectiveObjective, virtualSeconds } = await simulate({ scenario: changing, seed: 1, workers: 1 });
  expect(virtualSeconds).toBeGreaterThan(6.5);
  const examples = clients.map((client) => client.examples);
  const first = await simulate({ scenario: { ...changing, maximumSeconds: 1 }, seed: 1, workers: 1 });
  expect(first.clients.map((client) => client.examples)).not.toEqual(examples);
  // Only in the two rounds in which sizes changed were clients heard as they had been before.
  expect(effectiveObjective.bias).toBeLessThan(2 / 60);
  const timing = await simulateTiming({ scenario: changing, seed: 1 });
  expect(timing.effectiveObjective).toEqual(effectiveObjective);
});

test("the distance from an optimum that drifts is one number, wherever it is read", async () => {
  const drifted = scenario({
    name: "drifting-optimum",
    model: model.linear({ intercept: "none" }),
    loss: loss.meanSquaredError(),
    data: data.quadratics({ clients: 10, dimensions: 2, repeats: [20] }),
    partition: partition.priorDrift({
      clients: 5,
      rule: "iid",
      at: [0.5, 1.5],
      quantitySkew: 1.2,
      minimumExamples: 5,
      testShare: 0,
    }),
    fleet: fleet.uniform({ flopsPerSecond: 1e5 }),
    plan: federated({
      pacing: pacing.rounds({ cohort: 3 }),
      solver: solver.sgd({ learningRate: 0.5 }),
      work: { epochs: 1, batchSize: 5 },
      versions: 25,
    }),
  });
  const { measurements, optimum, virtualSeconds } = await simulate({ scenario: drifted, seed: 1, workers: 1 });
  expect(virtualSeconds).toBeGreaterThan(1.5);
  expect(measurements.at(-1)?.distanceToOptimum).toBe(optimum?.toAsked);
});
