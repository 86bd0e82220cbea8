/**
 * Does every client get its turn, and how soon?
 *
 * @module
 */
import { federated, pacing, selection, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { bench, CLIENTS, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment, type Metric } from "../../harness/experiment.ts";
import { finalAccuracy, participationFairness } from "../../harness/metrics.ts";

const COHORT = 8;

function armsAfter(versions: number): readonly [Arm, Arm] {
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
        data: data.mnist({ trainExamples: 2000, testExamples: 1000 }),
        partition: partition.dirichlet({ clients: CLIENTS, alpha: 0.1, quantitySkew: 1.5, testShare: 0 }),
        plan: federated({
          pacing: pacing.rounds({ cohort: COHORT }),
          solver: solver.sgd({ learningRate }),
          work: { epochs: 1, batchSize: 10 },
          versions,
          ...parts,
        }),
        evaluateEvery: versions,
      }),
    }));
  return [
    armOf("uniform", { selection: selection.uniform(), weighting: weighting.byExamples() }),
    armOf("by examples", { selection: selection.byExamples(), weighting: weighting.uniform() }),
  ];
}

const neverUsed: Metric = {
  name: "clients never used",
  better: "lower",
  digits: 2,
  of: ({ scorecard }) => scorecard.starvation.clientsNeverUsed,
};

export const experiment: Experiment = {
  title: "whose turn it was, after more and more rounds",
  conditions: [
    { name: "after 10 rounds", arms: armsAfter(10) },
    { name: "after 30 rounds", arms: armsAfter(30) },
    { name: "after 90 rounds", arms: armsAfter(90) },
  ],
  metrics: [finalAccuracy, participationFairness, neverUsed],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
