/**
 * Does Adam on the clients learn faster than stochastic gradient descent, and does it end elsewhere?
 *
 * @module
 */
import { federated, pacing, solver } from "@potluck/core";
import { partition } from "@potluck/data";
import type { Scenario } from "@potluck/scenario";
import { bench, iid, SEEDS, TUNING_SEEDS, twoClasses } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { lateAccuracy, lateLoss } from "../../harness/metrics.ts";

type Local = ReturnType<typeof solver.sgd>;

/** How the data lies, and how it is trained on. */
interface Setup {
  readonly split: Scenario["partition"];
  readonly cohort: number;
  readonly rounds: number;
}

function armsOn({ split, cohort, rounds }: Setup): readonly [Arm, Arm, Arm] {
  const armOf = (name: string, rates: readonly [number, ...number[]], solverOf: (learningRate: number) => Local): Arm =>
    arm(name, rates, (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: bench({
        partition: split,
        plan: federated({
          pacing: pacing.rounds({ cohort }),
          solver: solverOf(learningRate),
          work: { epochs: 2, batchSize: 20 },
          versions: rounds,
        }),
      }),
    }));
  return [
    armOf("sgd", [0.01, 0.03, 0.1, 0.3, 1], (learningRate) => solver.sgd({ learningRate })),
    armOf("adam", [0.0003, 0.001, 0.003, 0.01, 0.03], (learningRate) => solver.adam({ learningRate })),
    armOf("adam, ε = 0.1", [0.003, 0.01, 0.03, 0.1, 0.3], (learningRate) =>
      solver.adam({ learningRate, epsilon: 0.1 }),
    ),
  ];
}

export const experiment: Experiment = {
  title: "Adam on the clients against stochastic gradient descent",
  conditions: [
    {
      name: "one client with all the data, five rounds",
      arms: armsOn({ split: partition.iid({ clients: 1, testShare: 0 }), cohort: 1, rounds: 5 }),
    },
    { name: "8 of 40 clients, iid, 30 rounds", arms: armsOn({ split: iid, cohort: 8, rounds: 30 }) },
    {
      name: "8 of 40 clients, two classes each, 30 rounds",
      arms: armsOn({ split: twoClasses, cohort: 8, rounds: 30 }),
    },
  ],
  metrics: [lateLoss(3), lateAccuracy(3)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
