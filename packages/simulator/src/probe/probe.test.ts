import { coded, coding, federated, pacing, serverOptimizer, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { describe, expect, test } from "vitest";
import { fleet, model, type Scenario, scenario } from "@potluck/scenario";
import { simulateTiming } from "../index.ts";
import { MAX_PROBED_ROUNDS, probe } from "./probe.ts";

const WORKERS = 4;

/** 240 examples; a step of one takes as many operations as the model has. */
function small(changes: Partial<Scenario>): Scenario {
  return scenario({
    name: "probed",
    model: model.mlp({ hidden: [8] }),
    data: data.gaussians({ classes: 3, features: 6, examplesPerClass: 80, spread: 0.4 }),
    partition: partition.replicated({ clients: WORKERS }),
    fleet: fleet.tiers({ slowdowns: [1, 4], shares: [1, 1], flopsPerSecond: 1e5, latencySeconds: 0, computeNoise: 0 }),
    plan: coded({
      coding: coding.gradientCoding({ tolerated: 1 }),
      models: [serverOptimizer.sgd({ learningRate: 0.5 })],
      jobs: 8,
    }),
    ...changes,
  });
}

describe("probe", () => {
  test("times a whole share and half of it, by worker and round", async () => {
    const loads: number[] = [];
    const probed = await probe({ scenario: small({}), seed: 1, rounds: 5, onLoad: (load) => loads.push(load) });
    expect(loads).toEqual([1 / WORKERS, 1 / WORKERS / 2]);
    expect(probed.map(({ load, leftOut }) => [load, leftOut])).toEqual(loads.map((load) => [load, 0]));
    const [whole, half] = probed.map(({ seconds }) => seconds);
    for (const worker of Array.from({ length: WORKERS }).keys()) {
      expect(whole?.[worker]).toHaveLength(5);
      // Nothing varies from round to round, and all but transfers is work.
      expect((whole?.[worker]?.[0] ?? 0) / (half?.[worker]?.[0] ?? 0)).toBeCloseTo(2, 1);
      expect(new Set(whole?.[worker]?.map((time) => Number(time.toFixed(9))))).toHaveProperty("size", 1);
    }
    // The slowest decides how long a round of the scenario without a code takes.
    const uncoded = small({ plan: coded({ coding: coding.uncoded(), models: [serverOptimizer.sgd()], jobs: 8 }) });
    const { virtualSeconds } = await simulateTiming({ scenario: uncoded, seed: 1 });
    expect(Math.max(...(whole ?? []).map((own) => own[0] ?? 0))).toBeCloseTo(virtualSeconds / 8, 9);
  });

  test("takes batches as the plan does, and no round too few", async () => {
    const batches = coded({ coding: coding.uncoded(), models: [serverOptimizer.sgd()], jobs: 2, batchSize: 9 });
    const probed = await probe({ scenario: small({ plan: batches }), seed: 1, rounds: MAX_PROBED_ROUNDS });
    expect(probed.map(({ load }) => load)).toEqual([1 / 4, 4 / 9 / 4]);
    for (const { seconds } of probed) expect(seconds[0]).toHaveLength(MAX_PROBED_ROUNDS);
    const few = coded({ coding: coding.uncoded(), models: [serverOptimizer.sgd()], jobs: 2, batchSize: 7 });
    await expect(probe({ scenario: small({ plan: few }), seed: 1, rounds: 8 })).rejects.toThrow("half of 7 examples");
  });

  test("leaves out rounds in which somebody failed, and says how many", async () => {
    const failing = small({ fleet: fleet.uniform({ flopsPerSecond: 1e5, failureRate: 0.1 }) });
    const probed = await probe({ scenario: failing, seed: 1, rounds: 40 });
    for (const { seconds, leftOut } of probed) {
      expect(leftOut).toBeGreaterThan(0);
      expect(seconds[0]).toHaveLength(40 - leftOut);
    }
    const hopeless = small({ fleet: fleet.uniform({ flopsPerSecond: 1e5, failureRate: 0.99 }) });
    await expect(probe({ scenario: hopeless, seed: 1, rounds: 8 })).rejects.toThrow(
      "in none of 8 rounds all 4 workers",
    );
  });

  test("refuses plans that have no gradients to share", async () => {
    const plan = federated({
      pacing: pacing.rounds({ cohort: WORKERS }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 1, batchSize: 8 },
      versions: 3,
    });
    const averaging = small({ partition: partition.iid({ clients: WORKERS }), plan });
    await expect(probe({ scenario: averaging, seed: 1, rounds: 8 })).rejects.toThrow("there is no code to choose");
  });
});
