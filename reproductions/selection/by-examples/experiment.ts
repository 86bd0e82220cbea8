/**
 * Drawing clients by their examples and weighting them alike, against drawing alike and weighting by examples.
 *
 * @module
 */
import { federated, pacing, selection, solver, weighting } from "@potluck/core";
import { partition } from "@potluck/data";
import { bench, CLIENTS, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { contributionGap, lateAccuracy, lateLoss, unrest } from "../../harness/metrics.ts";

function armsWith(quantitySkew: number): readonly [Arm, Arm] {
  const armOf = (
    name: string,
    parts: {
      readonly selection: ReturnType<typeof selection.uniform>;
      readonly weighting: ReturnType<typeof weighting.uniform>;
    },
  ): Arm =>
    arm(name, [0.03, 0.1, 0.3, 1], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: bench({
        partition: partition.dirichlet({ clients: CLIENTS, alpha: 0.3, quantitySkew, testShare: 0 }),
        plan: federated({
          pacing: pacing.rounds({ cohort: 4 }),
          solver: solver.sgd({ learningRate }),
          // Steps and not epochs, so that clients differ in what they know and not in how far they go.
          work: { steps: 10, batchSize: 10 },
          versions: 80,
          ...parts,
        }),
        evaluateEvery: 4,
      }),
    }));
  return [
    armOf("drawn alike, weighted by examples", { selection: selection.uniform(), weighting: weighting.byExamples() }),
    armOf("drawn by examples, weighted alike", { selection: selection.byExamples(), weighting: weighting.uniform() }),
  ];
}

export const experiment: Experiment = {
  title: "two ways to give every example the same voice",
  conditions: [
    { name: "clients of very unequal size (σ = 1.5)", arms: armsWith(1.5) },
    { name: "clients of equal size", arms: armsWith(0) },
  ],
  metrics: [lateLoss(10), lateAccuracy(10), unrest(10), contributionGap],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
