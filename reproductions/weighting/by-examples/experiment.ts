/**
 * Which weighting optimises the loss over all examples?
 *
 * @module
 */
import { federated, pacing, solver, weighting } from "@potluck/core";
import { partition } from "@potluck/data";
import { bench, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { contributionGap, lateAccuracy, lateLoss } from "../../harness/metrics.ts";

function armsWith(cohort: number): readonly [Arm, Arm] {
  const armOf = (name: string, chosen: ReturnType<typeof weighting.uniform>): Arm =>
    arm(name, [0.1, 0.3, 1], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: bench({
        partition: partition.dirichlet({ clients: 20, alpha: 0.3, quantitySkew: 1.5, testShare: 0 }),
        plan: federated({
          pacing: pacing.rounds({ cohort }),
          weighting: chosen,
          solver: solver.sgd({ learningRate }),
          // Steps and not epochs, so that clients differ in what they know and not in how far they go.
          work: { steps: 10, batchSize: 10 },
          versions: 40,
        }),
        evaluateEvery: 2,
      }),
    }));
  return [armOf("uniform", weighting.uniform()), armOf("by examples", weighting.byExamples())];
}

export const experiment: Experiment = {
  title: "the loss over all examples, by weighting",
  conditions: [
    { name: "all 20 clients in every round", arms: armsWith(20) },
    { name: "5 of 20 clients a round", arms: armsWith(5) },
  ],
  metrics: [lateLoss(10), lateAccuracy(10), contributionGap],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
