/**
 * Does counting every client d times that is heard in every d-th version bring the model to the optimum that was asked for?
 *
 * @module
 */
import { aggregation, federated, pacing, participation, solver, weighting } from "@potluck/core";
import { type Arm, arm, type Condition, type Experiment } from "../../harness/experiment.ts";
import { biasOfObjective, distanceToRealised, lateDistanceToAsked } from "../../harness/metrics.ts";
import { FIVE_STEPS, quadratics, SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

type Pace = Pick<Parameters<typeof federated>[0], "pacing" | "versions">;

function armsWith(pace: Pace): readonly [Arm, Arm] {
  const armOf = (name: string, correction: ReturnType<typeof participation.inverse>): Arm =>
    arm(name, [0.001, 0.003, 0.01, 0.03, 0.1], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: quadratics({
        plan: federated({
          weighting: weighting.uniform(),
          participation: correction,
          aggregation: aggregation.sum({ divideBy: "clients" }),
          solver: solver.sgd({ learningRate }),
          work: FIVE_STEPS,
          ...pace,
        }),
        evaluateEvery: Math.ceil(pace.versions / 50),
      }),
    }));
  return [armOf("uncorrected", participation.uncorrected()), armOf("inverse", participation.inverse())];
}

function condition(name: string, pace: Pace): Condition {
  return { name, arms: armsWith(pace) };
}

export const experiment: Experiment = {
  title: "the optimum that is reached, with and without inverse participation",
  conditions: [
    condition("FedFix, an interval of 0.3 of the slowest client's time", {
      pacing: pacing.fedFix({ intervalSeconds: 0.3 }),
      versions: 150,
    }),
    condition("FedBuff, buffers of 5", { pacing: pacing.fedBuff({ updates: 5 }), versions: 200 }),
    condition("FedAsync, a version with every update", { pacing: pacing.fedAsync(), versions: 1000 }),
  ],
  metrics: [lateDistanceToAsked, distanceToRealised, biasOfObjective],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
