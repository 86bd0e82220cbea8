/** Conversions in a run: real results, pretended time, the same bits whatever the machine does. */
import {
  aggregation,
  conversion,
  decodePlain,
  federated,
  pacing,
  type Part,
  present,
  solver,
  weighting,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import { dense, dropout, sequential } from "@potluck/engine";
import { describe, expect, test } from "vitest";
import { type Fleet, loss, model, type RunResult, type Scenario, scenario, SHA256_BYTES } from "@potluck/scenario";
import { sampleDevice } from "@potluck/testkit";
import { simulate, simulateTiming } from "../index.ts";

/** Three clients whose tasks take 1 s, and one whose tasks take 7.2 s. */
const fleet: Fleet & Part = {
  part: { room: "fleet", name: "by-hand", options: {} },
  devices: async () =>
    [1, 1, 1, 7.2].map((seconds) => ({
      ...sampleDevice,
      latencySeconds: 0,
      taskTimes: { kind: "whole", seconds: Float64Array.of(seconds) },
    })),
};

function withConversion(made: ReturnType<typeof conversion.none>, changes: Partial<Scenario> = {}): Scenario {
  return scenario({
    name: "stale",
    model: model.mlp({ hidden: [6] }),
    data: data.gaussians({ classes: 3, features: 4, examplesPerClass: 40 }),
    partition: partition.dirichlet({ clients: 4, alpha: 0.5, testShare: 0 }),
    fleet,
    plan: federated({
      pacing: pacing.fedFix({ intervalSeconds: 1.5 }),
      weighting: weighting.uniform(),
      aggregation: aggregation.sum(),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { steps: 3, batchSize: 8 },
      conversion: made,
      versions: 16,
    }),
    ...changes,
  });
}

const inverting = withConversion(conversion.gradientInversion({ fromStaleness: 3, examples: 4, iterations: 5 }));

/** What must not depend on the machine. */
function reproducible(result: RunResult): unknown {
  return { ...result, wall: null };
}

function abortedAfter(looks: number): AbortSignal {
  const { signal } = new AbortController();
  let left = looks;
  Object.defineProperty(signal, "aborted", { get: () => left-- <= 0 });
  return signal;
}

const whole = simulate({ scenario: inverting, seed: 1, workers: 1 });

test("what old updates are converted to is what is used: nothing stale is left, and the model is another", async () => {
  const [converted, asItWas] = [
    await whole,
    await simulate({ scenario: withConversion(conversion.none()), seed: 1, workers: 1 }),
  ];
  expect(asItWas.scorecard.delay.stalenessMax).toBeGreaterThanOrEqual(3);
  expect(converted.scorecard.delay.stalenessMax).toBeLessThan(3);
  expect(converted.modelHash).not.toBe(asItWas.modelHash);
  expect(asItWas.conversions).toBeUndefined();
  expect(converted.measurements.at(-1)?.testLoss).toBeLessThan(converted.measurements[0]?.testLoss ?? 0);
});

test("the result says what conversions have cost the server", async () => {
  const { conversions } = await whole;
  expect(conversions).toMatchObject({ conversions: 3, failed: 0 });
  const { flops, seconds, meanDistance } = present(conversions, "the costs of conversions");
  // Three conversions of five iterations and one more pass each, at 1e13 operations per second.
  expect(flops % (3 * 6)).toBe(0);
  // Three steps on four examples of a model with 42 weights: there, back, and back again.
  expect(flops).toBeGreaterThan(3 * 6 * 3 * 4 * 42 * 6);
  expect(seconds).toBeCloseTo(flops / 1e13, 15);
  expect(meanDistance).toBeGreaterThan(0);
  expect(meanDistance).toBeLessThan(1.5);
});

test("the number of workers changes nothing", async () => {
  expect(reproducible(await simulate({ scenario: inverting, seed: 1, workers: 2 }))).toEqual(reproducible(await whole));
});

/** A server that takes 2 s for a conversion, so that a run can be cut off in the middle of one. */
async function slowly(): Promise<Scenario> {
  const { flops = 0 } = (await whole).conversions ?? {};
  return { ...inverting, server: { flopsPerSecond: flops / 6 } };
}

test("a slow server takes its time: an update counts when it is done with it", async () => {
  const slow = await simulate({ scenario: await slowly(), seed: 1, workers: 1 });
  // The third is not done when the run ends: what it would have cost is not charged.
  expect(slow.conversions?.conversions).toBe(2);
  expect(slow.conversions?.seconds).toBeCloseTo(4, 9);
  expect(slow.modelHash).not.toBe((await whole).modelHash);
  expect(slow.conditions.flopsPerSecond).toBeGreaterThan(0);
});

test("a run that is cut off while an update is converted goes on to the identical result", async () => {
  const slow = await slowly();
  const expected = reproducible(await simulate({ scenario: slow, seed: 1, workers: 1 }));
  const cut = await simulate({ scenario: slow, seed: 1, workers: 1, signal: abortedAfter(100) });
  const checkpoint = present(cut.checkpoint, "a checkpoint");
  const content = decodePlain(checkpoint.subarray(0, -SHA256_BYTES));
  expect(content).toMatchObject({ converter: { commands: [{ kind: "convert", client: 3 }] } });
  const resumed = await simulate({ scenario: slow, seed: 1, workers: 2, checkpoint });
  expect(reproducible(resumed)).toEqual(expected);
});

test("where only the clock runs the schedule and the costs are the same, and nothing is made up", async () => {
  const slow = await slowly();
  const [timed, trained] = [
    await simulateTiming({ scenario: slow, seed: 1 }),
    await simulate({ scenario: slow, seed: 1, workers: 1 }),
  ];
  expect(timed.virtualSeconds).toBe(trained.virtualSeconds);
  expect(timed.conversions).toEqual({ ...trained.conversions, meanDistance: null });
});

describe("what cannot be inverted is refused before anything runs:", () => {
  const request = (changes: Partial<Scenario>) =>
    simulateTiming({ scenario: withConversion(conversion.gradientInversion(), changes), seed: 1 });

  test("a model that drops at random", async () => {
    const layers = [dense({ units: 4 }), dropout({ rate: 0.5 }), dense({ units: 3 })];
    const dropping: Scenario["model"] = {
      part: { room: "model", name: "by-hand", options: {} },
      build: async ({ key }) => sequential({ input: [4], layers, key }),
    };
    await expect(request({ model: dropping })).rejects.toMatchObject({
      code: "model-unsupported",
      message: expect.stringContaining("drops at random"),
    });
    await expect(
      simulateTiming({ scenario: withConversion(conversion.none(), { model: dropping }), seed: 1 }),
    ).resolves.toMatchObject({ status: "finished" });
  });

  test("a model that is trained for numbers", async () => {
    const numbers = { loss: loss.meanSquaredError(), data: data.syntheticRegression({ clients: 4 }) };
    await expect(request({ ...numbers, partition: partition.byKey({ clients: 4 }) })).rejects.toMatchObject({
      code: "plan-contradiction",
      message: expect.stringContaining('trained for the loss "mean-squared-error"'),
    });
  });
});
