/**
 * What do weights have to be divided by for corrected weights to come to the optimum that was asked for?
 *
 * @module
 */
import { aggregation, federated, pacing, participation, solver, weighting } from "@potluck/core";
import { type Arm, arm, type Condition, type Experiment } from "../../harness/experiment.ts";
import { biasOfObjective, distanceToRealised, lateDistanceToAsked } from "../../harness/metrics.ts";
import { FIVE_STEPS, quadratics, SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

type Pace = Pick<Parameters<typeof federated>[0], "pacing" | "versions">;

function armsWith(pace: Pace): Condition["arms"] {
  const armOf = (name: string, chosen: ReturnType<typeof aggregation.mean>): Arm =>
    arm(name, [0.01, 0.03, 0.1, 0.3], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: quadratics({
        plan: federated({
          weighting: weighting.uniform(),
          participation: participation.inverse(),
          aggregation: chosen,
          solver: solver.sgd({ learningRate }),
          work: FIVE_STEPS,
          ...pace,
        }),
        evaluateEvery: Math.ceil(pace.versions / 50),
      }),
    }));
  return [
    armOf("mean: by the weights that are there", aggregation.mean()),
    armOf("sum: by the updates that are there", aggregation.sum({ divideBy: "updates" })),
    armOf("sum: by all clients", aggregation.sum({ divideBy: "clients" })),
  ];
}

export const experiment: Experiment = {
  title: "corrected weights, and what they are divided by",
  conditions: [
    {
      name: "FedFix, an interval of 0.3 of the slowest client's time",
      arms: armsWith({ pacing: pacing.fedFix({ intervalSeconds: 0.3 }), versions: 150 }),
    },
    {
      name: "FedBuff, buffers of 5",
      arms: armsWith({ pacing: pacing.fedBuff({ updates: 5 }), versions: 200 }),
    },
  ],
  metrics: [lateDistanceToAsked, distanceToRealised, biasOfObjective],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
