import { federated, pacing, solver } from "@potluck/core";
import { type RunResult } from "@potluck/scenario";
import { simulate, simulateTiming } from "@potluck/simulator";
import { expect, test } from "vitest";
import type { Metric } from "./experiment.ts";
import { biasOfObjective, distanceToRealised, lateDistanceToAsked } from "./metrics.ts";
import {
  FIVE_STEPS,
  GAUSSIAN_CLIENTS,
  gaussians,
  QUADRATIC_CLIENTS,
  quadratics,
  slowClients,
  worstClass,
} from "./uneven.ts";

const ROUNDS = 4;

function roundsOf(cohort: number): Parameters<typeof quadratics>[0] {
  const learner = solver.sgd({ learningRate: 0.1 });
  return {
    plan: federated({ pacing: pacing.rounds({ cohort }), solver: learner, work: FIVE_STEPS, versions: ROUNDS }),
  };
}

test.each([
  ["quadratics", quadratics(roundsOf(QUADRATIC_CLIENTS))],
  ["Gaussian classes", gaussians(roundsOf(GAUSSIAN_CLIENTS))],
])("the slowest client takes a second for five steps, or a trifle less: %s", async (_, scenario) => {
  const { virtualSeconds } = await simulateTiming({ scenario, seed: 1 });
  expect(virtualSeconds / ROUNDS).toBeLessThan(1);
  expect(virtualSeconds / ROUNDS).toBeGreaterThan(0.995);
});

test("distances and biases are there for quadratics, accuracies for classes", async () => {
  const run = async (scenario: ReturnType<typeof quadratics>): Promise<RunResult> =>
    simulate({ scenario, seed: 1, workers: 1 });
  const [exact, classes] = [
    await run(quadratics(roundsOf(QUADRATIC_CLIENTS))),
    await run(gaussians(roundsOf(GAUSSIAN_CLIENTS))),
  ];
  const read = (metrics: readonly Metric[], result: RunResult): readonly unknown[] =>
    metrics.map((metric) => metric.of(result));
  for (const value of read([lateDistanceToAsked, distanceToRealised], exact)) expect(value).toBeGreaterThan(0);
  expect(read([lateDistanceToAsked, distanceToRealised], classes)).toEqual([Number.NaN, Number.NaN]);
  // Rounds of everybody, with as many examples each.
  expect(biasOfObjective.of(exact)).toBeCloseTo(0, 9);
  for (const value of read([worstClass, slowClients], classes)) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(1);
  }
});
