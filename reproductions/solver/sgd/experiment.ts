/**
 * How much local work is worth a round, and where does more stop to help?
 *
 * @module
 */
import { federated, pacing, solver } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { bench, iid, SEEDS, TUNING_SEEDS, twoClasses } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { lateAccuracy, roundsTo } from "../../harness/metrics.ts";

function armsOn(split: Scenario["partition"]): readonly [Arm, Arm, Arm] {
  const armOf = (epochs: number): Arm =>
    arm(`${epochs} local epochs`, [0.1, 0.3, 1, 3], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: bench({
        partition: split,
        plan: federated({
          pacing: pacing.rounds({ cohort: 8 }),
          solver: solver.sgd({ learningRate }),
          work: { epochs, batchSize: 20 },
          versions: 20,
        }),
      }),
    }));
  return [armOf(1), armOf(4), armOf(16)];
}

export const experiment: Experiment = {
  title: "accuracy after 20 rounds, by the number of local epochs",
  conditions: [
    { name: "iid", arms: armsOn(iid) },
    { name: "two classes per client", arms: armsOn(twoClasses) },
  ],
  metrics: [lateAccuracy(5), roundsTo(0.75)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
