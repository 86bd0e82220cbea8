/**
 * What is predicted of a plan against what the theory says by hand, and against runs that the prediction has not seen.
 *
 * Fraboni, Vidal, Kameni, Lorenzi, "A general theory for federated optimization with asynchronous and heterogeneous clients
 * updates", JMLR 2023. https://arxiv.org/abs/2206.10189
 */
import { aggregation, federated, type FederatedOptions, pacing, participation, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { describe, expect, test } from "vitest";
import { sampleDevice } from "@potluck/testkit";
import { type Device, model, type Scenario, scenario } from "@potluck/scenario";
import { type Analysis, analyse, simulate } from "../index.ts";

/** A client for each of `devices`, who count alike in what is asked for and hold as many examples each. */
function planned(devices: readonly Device[], plan: Partial<FederatedOptions>): Scenario {
  return scenario({
    name: "by hand",
    model: model.mlp({ hidden: [4] }),
    data: data.gaussians({ classes: 3, features: 4, examplesPerClass: 20 * devices.length }),
    partition: partition.iid({ clients: devices.length, testShare: 0 }),
    fleet: { part: { room: "fleet", name: "by-hand", options: {} }, devices: async () => devices },
    evaluateEvery: 1000,
    objective: "per-client",
    plan: federated({
      pacing: pacing.rounds({ cohort: 1 }),
      weighting: weighting.uniform(),
      aggregation: aggregation.sum({ divideBy: "clients" }),
      solver: solver.sgd({ learningRate: 0.05 }),
      work: { steps: 2, batchSize: 5 },
      versions: 1,
      ...plan,
    }),
  });
}

/** Devices whose tasks take so many seconds, and whose transfers take none. */
function taking(...seconds: readonly number[]): readonly Device[] {
  const [uploadBytesPerSecond, downloadBytesPerSecond] = [1e300, 1e300];
  return seconds.map((own) => ({
    ...sampleDevice,
    latencySeconds: 0,
    uploadBytesPerSecond,
    downloadBytesPerSecond,
    taskTimes: { kind: "whole", seconds: Float64Array.of(own) },
  }));
}

const realised = ({ effectiveObjective }: Pick<Analysis, "effectiveObjective">): readonly number[] =>
  effectiveObjective.clients.map((client) => client.realised);

describe("FedFix: a client that takes τ is heard once in ⌈τ / Δt⌉ versions,", () => {
  // Δt = 1/2, and so ⌈τ / Δt⌉ = ⌈0.6⌉, ⌈1.4⌉, ⌈2.2⌉, ⌈3.8⌉ = 1, 2, 3, 4. In 12 versions: 12, 6, 4 and 3 updates, 25 in all.
  const clients = taking(0.3, 0.7, 1.1, 1.9);
  const fix = { pacing: pacing.fedFix({ intervalSeconds: 0.5 }), versions: 12 };

  test("and counts 1 / ⌈τ / Δt⌉ where nothing makes up for it", async () => {
    const analysis = await analyse({ scenario: planned(clients, fix), seed: 1 });
    // The clock of FedFix goes slow by 1e-9.
    expect(analysis.virtualSeconds).toBe(6 * (1 + 1e-9));
    // (1, 1/2, 1/3, 1/4) ÷ (25/12) = (12, 6, 4, 3) / 25 = 48%, 24%, 16%, 12%.
    [0.48, 0.24, 0.16, 0.12].forEach((share, client) => {
      expect(realised(analysis)[client]).toBeCloseTo(share, 12);
    });
    // ½ (|48 − 25| + |24 − 25| + |16 − 25| + |12 − 25|) = ½ (23 + 1 + 9 + 13) = 23%.
    expect(analysis.effectiveObjective.bias).toBeCloseTo(0.23, 12);
  });

  test("with updates that are ⌈τ / Δt⌉ − 1 versions old", async () => {
    const { staleness, meanStaleness } = await analyse({ scenario: planned(clients, fix), seed: 1 });
    // Given a model at a tick, there at the ⌈τ / Δt⌉th after it: that one it goes into, and those between made it old.
    expect(staleness).toEqual([
      [0, 12],
      [1, 6],
      [2, 4],
      [3, 3],
    ]);
    // (0 · 12 + 1 · 6 + 2 · 4 + 3 · 3) / 25 = 23 / 25
    expect(meanStaleness).toBeCloseTo(0.92, 12);
  });

  test("and counts as asked with a weight of ⌈τ / Δt⌉", async () => {
    const corrected = { ...fix, participation: participation.inverse() };
    const analysis = await analyse({ scenario: planned(clients, corrected), seed: 1 });
    // 12 · 1 = 6 · 2 = 4 · 3 = 3 · 4
    expect(realised(analysis)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(analysis.effectiveObjective.bias).toBe(0);
  });
});

describe("asynchronous averaging: a client that takes τ", () => {
  // In 4 seconds 4, 2 and 1 updates, 7 in all; ten times that.
  const scene = planned(taking(1, 2, 4), {
    pacing: pacing.fedAsync(),
    aggregation: aggregation.sum(),
    versions: 70,
  });

  test("counts τ⁻¹ ÷ Σ τ⁻¹", async () => {
    const analysis = await analyse({ scenario: scene, seed: 1 });
    expect(analysis.virtualSeconds).toBe(40);
    // (1, 1/2, 1/4) ÷ (7/4) = (4, 2, 1) / 7
    [4 / 7, 2 / 7, 1 / 7].forEach((share, client) => {
      expect(realised(analysis)[client]).toBeCloseTo(share, 12);
    });
    // ½ (|4/7 − 1/3| + |2/7 − 1/3| + |1/7 − 1/3|) = ½ (5 + 1 + 4) / 21 = 5/21
    expect(analysis.effectiveObjective.bias).toBeCloseTo(5 / 21, 12);
  });

  test("has updates as old as the others are many, once all have been there", async () => {
    const { meanStaleness } = await analyse({ scenario: scene, seed: 1 });
    // Each of 70 versions makes the two tasks that are out just then one older: 140. Of that 3 are in no update: of the last three
    // versions, all after 40 seconds, the second has made one task older that is never answered, and the third two.
    expect(meanStaleness).toBeCloseTo(137 / 70, 12);
  });
});

describe("what is predicted with one seed is what a run that trains with another does, but for chance:", () => {
  /** Nine clients of three speeds, whose times vary: 1, 3 and 10 times as long. */
  const varying = [1, 3, 10].flatMap((times) =>
    [0, 1, 2].map(() => ({ ...sampleDevice, latencySeconds: 0.01, computeNoise: 0.2, flopsPerSecond: 2e4 / times })),
  );
  const plans: readonly (readonly [string, Partial<FederatedOptions>])[] = [
    ["FedBuff", { pacing: pacing.fedBuff({ updates: 4, concurrency: 5 }), aggregation: aggregation.sum() }],
    ["rounds that take the fastest", { pacing: pacing.rounds({ cohort: 3, overSelection: 2 }) }],
  ];

  test.each(plans)("%s", async (_, plan) => {
    const scene = planned(varying, { versions: 300, ...plan });
    const analysis = await analyse({ scenario: scene, seed: 1 });
    const run = await simulate({ scenario: scene, seed: 2, workers: 1 });
    expect(run.virtualSeconds).not.toBe(analysis.virtualSeconds);
    // The difference of two independent shares has the standard error √(e² + e'²). Beyond four of those a normal error is in 1 of
    // 16,000 cases: with nine clients under two plans in 1 of 900 pairs of seeds.
    const bounds = analysis.effectiveObjective.clients.map((own, id) => {
      const other = run.effectiveObjective.clients[id];
      const bound = 4 * Math.hypot(own.standardError ?? Number.NaN, other?.standardError ?? Number.NaN);
      expect(Math.abs((other?.realised ?? Number.NaN) - own.realised)).toBeLessThanOrEqual(bound);
      return bound;
    });
    // That says something: the fast and the slow are further apart than the bounds are wide, and the plans are biased.
    const shares = realised(analysis);
    expect(Math.max(...shares) - Math.min(...shares)).toBeGreaterThan(2 * Math.max(...bounds));
    expect(analysis.effectiveObjective.bias).toBeGreaterThan(2 * analysis.biasOfChance);
  });
});
