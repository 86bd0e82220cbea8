import { rootKey, solver } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import { amountsOf } from "./amounts.ts";
import { type Calibration, fitted, type Rate } from "./calibration.ts";
import { networks } from "./networks.ts";
import { type NodeCost, nodeCosts } from "./node-costs.ts";
import { predictedSeconds, predictedStepSeconds } from "./prediction.ts";
import { stepCosts } from "./step-costs.ts";
import { probes } from "./probes.ts";
import { workKinds } from "./work.ts";

const RATE: Rate = { nodes: 2e-6, flops: 1e-10, bytes: 2e-11, runs: 3e-8 };
/** A device that is as fast at one kind of work as at another. */
const even: Calibration = {
  stepSeconds: 1e-5,
  blockSize: 8,
  rates: {
    alias: RATE,
    "blocked-convolution": RATE,
    constant: RATE,
    convolution: RATE,
    elementwise: RATE,
    function: RATE,
    "grouped-convolution": RATE,
    "grouped-transposed-convolution": RATE,
    "indexed-pooling": RATE,
    movement: RATE,
    normalisation: RATE,
    pooling: RATE,
    product: RATE,
    reduction: RATE,
    reordering: RATE,
    "transposed-convolution": RATE,
    transposition: RATE,
    "wide-convolution": RATE,
  },
};

describe("the probes", () => {
  test("have each kind of work among them, and of each kind more than one amount", () => {
    const amounts = probes(8).map(({ graph }) => amountsOf(nodeCosts(graph)));
    for (const kind of workKinds) {
      const seen = new Set(amounts.map((kinds) => kinds.get(kind)?.bytes ?? kinds.get(kind)?.nodes));
      seen.delete(undefined);
      expect([kind, seen.size > (kind === "alias" ? 0 : 1)]).toEqual([kind, kind !== "constant"]);
    }
  });

  test("and the networks take as long as is predicted from the rates that were fitted to them", () => {
    const all = (costs: readonly NodeCost[], { stepSeconds, rates }: Calibration): number =>
      stepSeconds + predictedSeconds(costs, { rates });
    const samples = [
      ...probes(8).map(({ graph }) => ({ costs: nodeCosts(graph), weight: 1 })),
      ...networks().map(({ model, options }) => ({ costs: stepCosts(model, options, 8), weight: 4 })),
    ];
    const measured = samples.map((sample) => ({ ...sample, seconds: all(sample.costs, even) }));
    const calibration = fitted(measured, 8);
    for (const { costs, seconds } of measured) {
      expect(all(costs, calibration) / seconds).toBeCloseTo(1, 1);
    }
  });
});

describe("a step of training", () => {
  const model = mlp({ inputs: 20, hidden: [10], classes: 3, key: rootKey(1) });
  const seconds = (batchSize: number, rule = solver.sgd({ learningRate: 0.1 })): number =>
    predictedStepSeconds(model, { solver: rule, batchSize }, even);

  test("takes longer with more examples, and less than in proportion", () => {
    expect(seconds(64)).toBeGreaterThan(seconds(32));
    expect(seconds(64)).toBeLessThan(2 * seconds(32));
  });

  test("takes longer with a solver that computes more", () => {
    expect(seconds(32, solver.adam({ learningRate: 0.1 }))).toBeGreaterThan(seconds(32));
  });

  test("takes twice as long on a device that takes twice as long for everything", () => {
    const half = { nodes: 1e-6, flops: 5e-11, bytes: 1e-11, runs: 1.5e-8 };
    const rates = Object.fromEntries(workKinds.map((kind) => [kind, half]));
    const fast = predictedStepSeconds(
      model,
      { solver: solver.sgd({ learningRate: 0.1 }), batchSize: 32 },
      { stepSeconds: even.stepSeconds / 2, blockSize: null, rates: { ...even.rates, ...rates } },
    );
    expect(seconds(32) / fast).toBeCloseTo(2, 9);
  });

  test("is the sum over its nodes: of one Gemm with 2 · 3 · 4 · 5 operations, (12 + 20 + 15) floats and one run", () => {
    const costs = [{ kind: "product", flops: 120, bytesRead: 128, bytesWritten: 60, runs: 1, windowBytes: 0 }] as const;
    const node = { name: "", operator: "Gemm", domain: "", inputs: [], outputs: [], attributes: {} };
    const found = predictedSeconds(costs.map((cost) => ({ ...cost, node, elements: 15 })), even); // prettier-ignore
    expect(found).toBeCloseTo(2e-6 + 120e-10 + 188 * 2e-11 + 3e-8, 12);
  });
});
