/**
 * Where clients take unequal numbers of steps: which optimum do the mean and the normalised mean come to?
 *
 * @module
 */
import { aggregation, federated, pacing, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import type { Scenario } from "@potluck/scenario";
import { type Arm, arm, type Condition, type Experiment } from "../../harness/experiment.ts";
import { biasOfObjective, distanceToRealised, lateDistanceToAsked } from "../../harness/metrics.ts";
import { QUADRATIC_CLIENTS, quadratics, SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

/** Clients with 10, 20, 40 and 80 rows: in an epoch of batches of ten they take 1, 2, 4 and 8 steps. */
const unequal = {
  data: data.quadratics({
    clients: QUADRATIC_CLIENTS,
    dimensions: 10,
    curvatures: "shared",
    smallestCurvature: 0.3,
    repeats: [1, 2, 4, 8],
  }),
  partition: partition.byKey({ clients: QUADRATIC_CLIENTS, testShare: 0 }),
} as const satisfies Partial<Scenario>;

function armsWith(changes: Partial<Scenario>, work: Parameters<typeof federated>[0]["work"]): Condition["arms"] {
  const armOf = (name: string, chosen: ReturnType<typeof aggregation.mean>): Arm =>
    arm(name, [0.01, 0.03, 0.1, 0.3], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: quadratics({
        ...changes,
        plan: federated({
          pacing: pacing.rounds({ cohort: QUADRATIC_CLIENTS }),
          weighting: weighting.uniform(),
          aggregation: chosen,
          solver: solver.sgd({ learningRate }),
          work,
          versions: 100,
        }),
        evaluateEvery: 2,
      }),
    }));
  return [armOf("mean", aggregation.mean()), armOf("normalised mean", aggregation.fedNova())];
}

export const experiment: Experiment = {
  title: "the optimum that is reached with unequal numbers of steps",
  conditions: [
    { name: "one epoch: 1, 2, 4 or 8 steps, by the client", arms: armsWith(unequal, { epochs: 1, batchSize: 10 }) },
    { name: "the same clients, 4 steps each", arms: armsWith(unequal, { steps: 4, batchSize: 10 }) },
    {
      name: "clients alike but for their centres, 1 to 8 steps, drawn for every task",
      arms: armsWith({}, { minimumSteps: 1, maximumSteps: 8, batchSize: 10 }),
    },
  ],
  metrics: [lateDistanceToAsked, distanceToRealised, biasOfObjective],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
