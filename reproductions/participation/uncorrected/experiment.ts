/**
 * Where does a model come to rest that counts every update the same, however often its client answers?
 *
 * @module
 */
import { aggregation, federated, pacing, solver, weighting } from "@potluck/core";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { biasOfObjective, distanceToRealised, lateDistanceToAsked } from "../../harness/metrics.ts";
import { FIVE_STEPS, QUADRATIC_CLIENTS, quadratics, SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

/** As many updates in every arm: 1,000. */
const UPDATES = 1000;

function armsOn(spread: number): readonly [Arm, Arm] {
  const armOf = (name: string, pace: ReturnType<typeof pacing.fedAsync>, updates: number): Arm =>
    arm(name, [0.01, 0.03, 0.1, 0.3], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: quadratics({
        spread,
        plan: federated({
          pacing: pace,
          weighting: weighting.uniform(),
          aggregation: aggregation.sum({ divideBy: "clients" }),
          solver: solver.sgd({ learningRate }),
          work: FIVE_STEPS,
          versions: UPDATES / updates,
        }),
        evaluateEvery: UPDATES / updates / 50,
      }),
    }));
  return [
    armOf("rounds of everybody", pacing.rounds({ cohort: QUADRATIC_CLIENTS }), QUADRATIC_CLIENTS),
    armOf("a version with every update", pacing.fedAsync(), 1),
  ];
}

export const experiment: Experiment = {
  title: "the optimum that is reached where everyone's updates count the same",
  conditions: [
    {
      name: "clients up to five times as fast as others, tuned to come to rest where the realised weighting does",
      tunedBy: distanceToRealised,
      arms: armsOn(0.8),
    },
    { name: "clients of nearly the same speed: the slowest takes 1% longer than the fastest", arms: armsOn(0.01) },
  ],
  metrics: [lateDistanceToAsked, distanceToRealised, biasOfObjective],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
