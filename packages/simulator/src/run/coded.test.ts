import { coded, coding, present, serverOptimizer } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, model, type Scenario, scenario, simulate, simulateTiming } from "../index.ts";

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
    const { measurements, status, settings } = await simulate({ scenario: training(chosen), seed: 1, workers: 2 });
    expect(status).toBe("finished");
    const models = present(settings["models"], "the number of models");
    // All models start alike and have the same optimizer.
    losses.push(measurements.filter(({ version }) => version % models === 0).map(({ testLoss }) => testLoss));
  }
  const [plain = []] = losses;
  expect(plain).toHaveLength(7);
  expect(plain.at(-1)).toBeLessThan(0.8 * (plain[0] ?? 0));
  for (const own of losses) {
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
});

test("clients that hold different examples are refused", async () => {
  const apart = training(coding.uncoded(), { partition: partition.iid({ clients: WORKERS }) });
  await expect(simulate({ scenario: apart, seed: 1, workers: 1 })).rejects.toThrow("compute parts of one gradient");
});
