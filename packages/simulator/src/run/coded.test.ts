import { coded, coding, present, serverOptimizer } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, model, scenario, type Scenario } from "@potluck/scenario";
import { simulate, simulateTiming } from "../index.ts";

const WORKERS = 12;

/** Gaussians on a network, by gradients over all examples; every task takes a second, some take five. */
function training(chosen: ReturnType<typeof coding.uncoded>, changes: Partial<Scenario> = {}): Scenario {
  const { delay } = chosen.schemeFor(WORKERS);
  return scenario({
    name: "coded",
    model: model.mlp({ hidden: [12] }),
    data: data.gaussians({ classes: 3, features: 6, examplesPerClass: 80, spread: 0.4 }),
    partition: partition.replicated({ clients: WORKERS }),
    fleet: fleet.tiers({ slowdowns: [1, 5], shares: [4, 1], computeNoise: 0.5, failureRate: 0.05 }),
    plan: coded({
      coding: chosen,
      models: Array.from({ length: delay + 1 }, () => serverOptimizer.sgd({ learningRate: 0.5 })),
      jobs: 6 * (delay + 1),
    }),
    ...changes,
  });
}

const codings = [
  coding.uncoded(),
  coding.gradientCoding({ tolerated: 4 }),
  coding.srSgc({ burst: 1, window: 3, most: 4 }),
  coding.mSgc({ burst: 1, window: 2, most: 4 }),
];

test("real gradients, decoded, lead every model where those without a code lead it", async () => {
  const losses: (readonly number[])[] = [];
  for (const chosen of codings) {
    const { measurements, status, effectiveObjective, clients } = await simulate({
      scenario: training(chosen),
      seed: 1,
      workers: 2,
    });
    expect(status).toBe("finished");
    // Whoever computes it, the gradient is that of all examples.
    expect(effectiveObjective.bias).toBe(0);
    // An answer counts once, though it goes into several gradients.
    const used = clients.reduce((sum, { timesUsed }) => sum + timesUsed, 0);
    const { updatesUsed = NaN } = measurements.at(-1) ?? {};
    expect(updatesUsed).toBeLessThanOrEqual(used);
    if (chosen.schemeFor(WORKERS).delay === 0) expect(updatesUsed).toBe(used);
    // All models start alike and have the same optimizer: these are the measurements of one of them.
    losses.push(measurements.map(({ testLoss }) => testLoss));
  }
  const [plain = []] = losses;
  expect(plain).toHaveLength(7);
  expect(plain.at(-1)).toBeLessThan(0.8 * (plain[0] ?? 0));
  for (const own of losses) {
    expect(own).toHaveLength(7);
    for (const [step, loss] of own.entries()) expect(loss / (plain[step] ?? 0)).toBeCloseTo(1, 5);
  }
});

test("a run that was interrupted goes on to the same bits, on any number of workers", async () => {
  const chosen = coding.mSgc({ burst: 1, window: 2, most: 4 });
  const whole = await simulate({ scenario: training(chosen), seed: 2, workers: 1 });
  const cancel = new AbortController();
  const interrupted = await simulate({
    scenario: training(chosen),
    seed: 2,
    workers: 2,
    signal: cancel.signal,
    onProgress: ({ measurement }) => {
      if (measurement.version === 5) cancel.abort();
    },
  });
  const checkpoint = present(interrupted.checkpoint, "a checkpoint");
  const resumed = await simulate({ scenario: training(chosen), seed: 2, workers: 1, checkpoint });
  expect(resumed.modelHash).toBe(whole.modelHash);
  expect(resumed.measurements).toEqual(whole.measurements);
});

test("the clock alone runs the same rounds, and sends a vector for each job of a round", async () => {
  const scenarioOf = training(coding.mSgc({ burst: 1, window: 2, most: 4 }));
  const timed = await simulateTiming({ scenario: scenarioOf, seed: 1 });
  const trained = await simulate({ scenario: scenarioOf, seed: 1, workers: 2 });
  expect(timed.virtualSeconds).toBe(trained.virtualSeconds);
  expect(timed.scorecard.bottleneck.bytesUp).toBe(trained.scorecard.bottleneck.bytesUp);
  // Nothing is compressed, however many vectors an answer is made of.
  expect(trained.scorecard.bottleneck.uploadCompression).toBeCloseTo(1, 2);
});

test("of several models each is measured, and the run is about the best of them", async () => {
  const rates = [0.01, 0.5, 0.1];
  const chosen = {
    coding: coding.mSgc({ burst: 1, window: 2, most: 4 }),
    models: rates.map((learningRate) => serverOptimizer.sgd({ learningRate })),
    jobs: 12,
  };
  const heard: (number | undefined)[] = [];
  const result = await simulate({
    scenario: training(chosen.coding, { plan: coded(chosen), evaluateEvery: 2 }),
    seed: 1,
    workers: 2,
    onProgress: ({ measurement }) => heard.push(measurement.model),
  });
  // Version 0 is that of all models; of the four that each is published as, the second and the fourth are measured.
  expect(heard).toEqual([undefined, 0, 1, 2, 0, 1, 2]);
  const models = present(result.models, "models");
  expect(models.map((one) => [one.model, one.version])).toEqual([
    [0, 10],
    [1, 11],
    [2, 12],
  ]);
  const [slow, fast, medium] = models.map(({ testLoss }) => testLoss ?? NaN);
  expect(fast).toBeLessThan(medium ?? NaN);
  expect(medium).toBeLessThan(slow ?? NaN);
  expect(result.measurements.map(({ version }) => version)).toEqual([0, 5, 11]);
  expect(result.measurements.at(-1)?.testLoss).toBe(fast);
  expect(result.modelHash).toBe(models[1]?.modelHash);
  expect(new Set(models.map(({ modelHash }) => modelHash)).size).toBe(3);
  expect(result.modelFiles?.[1]).toEqual(result.model);
});

test("fewer examples than can be shared out are refused before the run, whether all are taken or batches", async () => {
  const few = data.gaussians({ classes: 3, features: 6, examplesPerClass: 5, spread: 0.4 });
  const chosen = coding.mSgc({ burst: 1, window: 3, most: WORKERS });
  const models = [serverOptimizer.sgd({ learningRate: 0.5 })];
  const plans = [{}, { batchSize: 100 }].map((sizes) => coded({ coding: chosen, models, jobs: 1, ...sizes }));
  for (const plan of plans) {
    // Two groups of 12 chunks each take 24 examples.
    await expect(
      simulate({ scenario: training(chosen, { data: few, plan }), seed: 1, workers: 1 }),
    ).rejects.toMatchObject({
      code: "plan-contradiction",
      message: expect.stringMatching(
        /^\d+ examples cannot be shared out to 12 workers: take data of at least 24 examples, or fewer workers$/,
      ),
      remedy: expect.stringContaining("the data"),
    });
  }
});

test("clients that hold different examples are refused", async () => {
  const apart = training(coding.uncoded(), { partition: partition.iid({ clients: WORKERS }) });
  await expect(simulate({ scenario: apart, seed: 1, workers: 1 })).rejects.toThrow("compute parts of one gradient");
});
