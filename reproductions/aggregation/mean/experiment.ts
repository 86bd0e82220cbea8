/**
 * What is a mean of more models worth?
 *
 * @module
 */
import { aggregation, federated, pacing, solver } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { bench, iid, SEEDS, TUNING_SEEDS, twoClasses } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { lateAccuracy, roundsTo, unrest } from "../../harness/metrics.ts";

function armsOn(split: Scenario["partition"]): readonly [Arm, Arm, Arm] {
  const armOf = (cohort: number): Arm =>
    arm(`${cohort} of 40 clients a round`, [0.01, 0.03, 0.1, 0.3, 1, 3], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: bench({
        partition: split,
        plan: federated({
          pacing: pacing.rounds({ cohort }),
          aggregation: aggregation.mean(),
          solver: solver.sgd({ learningRate }),
          work: { epochs: 1, batchSize: 10 },
          versions: 40,
        }),
      }),
    }));
  return [armOf(1), armOf(4), armOf(16)];
}

export const experiment: Experiment = {
  title: "the mean of 1, 4 and 16 models",
  conditions: [
    { name: "iid", arms: armsOn(iid) },
    { name: "two classes per client", arms: armsOn(twoClasses) },
  ],
  metrics: [lateAccuracy(10), roundsTo(0.75), unrest(10)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
