/** What plans really optimise, on clients whose optimum is known for any weighting. */
import {
  aggregation,
  federated,
  pacing,
  participation,
  present,
  serverOptimizer,
  solver,
  weighting,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, loss, model, type RunResult, scenario } from "@potluck/scenario";
import { simulate } from "../index.ts";

const CLIENTS = 6;

interface Setting {
  readonly plan: Partial<Parameters<typeof federated>[0]>;
  /** How often a client's rows are repeated. */
  readonly repeats?: readonly number[];
  readonly devices?: ReturnType<typeof fleet.uniform>;
}

/** A run that is asked to count every client alike, and how far it ends from two optima. */
async function run({ plan, repeats = [1], devices = fleet.uniform() }: Setting): Promise<{
  readonly result: RunResult;
  readonly toAsked: number;
  readonly toRealised: number;
}> {
  const result = await simulate({
    seed: 1,
    workers: 1,
    scenario: scenario({
      name: "quadratics",
      model: model.linear({ intercept: "none" }),
      loss: loss.meanSquaredError(),
      data: data.quadratics({
        clients: CLIENTS,
        dimensions: 4,
        smallestCurvature: 0.5,
        largestCurvature: 0.5,
        repeats,
      }),
      partition: partition.byKey({ clients: CLIENTS, testShare: 0 }),
      fleet: devices,
      objective: "per-client",
      evaluateEvery: 1000,
      plan: federated({
        pacing: pacing.rounds({ cohort: CLIENTS }),
        weighting: weighting.uniform(),
        solver: solver.sgd({ learningRate: 0.05 }),
        work: { steps: 1, batchSize: 4 },
        versions: 400,
        ...plan,
      }),
    }),
  });
  const { toAsked, toRealised } = present(result.optimum, "the distances");
  return { result, toAsked, toRealised: present(toRealised, "the distance to what was realised") };
}

/** Clients with 4 and with 32 rows: in one epoch of batches of 4 they take 1 step and 8. */
const unequalSteps = { repeats: [1, 8], plan: { work: { epochs: 1, batchSize: 4 } } };

test("who takes more steps pulls further with the same weight: that is in what was realised", async () => {
  const { result, toAsked, toRealised } = await run(unequalSteps);
  const shares = result.effectiveObjective.clients.map(({ realised }) => realised);
  expect(shares.map((share) => Math.round(share * 27))).toEqual([1, 8, 1, 8, 1, 8]);
  expect(result.effectiveObjective.bias).toBeCloseTo(3 * (8 / 27 - 1 / 6), 9);
  expect(toAsked).toBeGreaterThan(0.2);
  expect(toRealised).toBeLessThan(0.1 * toAsked);
});

test("normalised by steps, everyone counts as asked", async () => {
  const { result, toAsked } = await run({
    ...unequalSteps,
    plan: { ...unequalSteps.plan, aggregation: aggregation.fedNova() },
  });
  expect(result.effectiveObjective.bias).toBeLessThan(1e-9);
  expect(toAsked).toBeLessThan(0.05);
});

/** Devices 1, 3 and 10 times as slow. */
const uneven = fleet.tiers({ flopsPerSecond: 100, computeNoise: 0, latencySeconds: 0 });

/** FedFix whose fastest clients answer in every version, the others in every third and every tenth or so. */
const fixed = {
  pacing: pacing.fedFix({ intervalSeconds: 1.5 }),
  serverOptimizer: serverOptimizer.sgd({ learningRate: 1 }),
};

test("without a correction, who is slow is heard less, and the run ends at the optimum of the fast", async () => {
  const { result, toAsked, toRealised } = await run({
    devices: uneven,
    plan: { ...fixed, aggregation: aggregation.sum({ divideBy: "clients" }) },
  });
  expect(result.effectiveObjective.bias).toBeGreaterThan(0.2);
  expect(toAsked).toBeGreaterThan(0.2);
  expect(toRealised).toBeLessThan(0.1 * toAsked);
});

test("corrected by inverse participation with absolute weights, the bias vanishes", async () => {
  const corrected = {
    ...fixed,
    aggregation: aggregation.sum({ divideBy: "clients" }),
    participation: participation.inverse(),
  };
  const { result, toAsked } = await run({ devices: uneven, plan: corrected });
  expect(result.effectiveObjective.bias).toBeLessThan(0.02);
  expect(toAsked).toBeLessThan(0.05);
});

/** A version after every two updates, whoever sent them. */
const anarchic = { pacing: pacing.anarchic({ updates: 2 }), versions: 1200 };

test("where whoever comes first is counted, the bias is that of the fast", async () => {
  const { result, toAsked } = await run({ devices: uneven, plan: { ...anarchic, aggregation: aggregation.afaCd() } });
  expect(result.effectiveObjective.bias).toBeGreaterThan(0.2);
  expect(toAsked).toBeGreaterThan(0.2);
});

test("the latest update of everyone, remembered, counts everyone alike however often they arrive", async () => {
  const { result, toAsked } = await run({ devices: uneven, plan: { ...anarchic, aggregation: aggregation.afaCs() } });
  expect(result.effectiveObjective.bias).toBeLessThan(0.02);
  expect(toAsked).toBeLessThan(0.05);
});
