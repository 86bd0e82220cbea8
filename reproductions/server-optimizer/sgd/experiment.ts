/**
 * Does averaging after much local work need far fewer rounds than one averaged gradient a round?
 *
 * @module
 */
import { federated, pacing, serverOptimizer, solver, type Work } from "@potluck/core";
import { model, type Scenario } from "@potluck/scenario";
import { bench, iid, SEEDS, TUNING_SEEDS, twoClasses } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { roundsTo } from "../../harness/metrics.ts";

const TARGET = 0.8;
/** All examples of a client in one batch: one exact gradient step a round. */
const ALL = 1000;

function armsOn(split: Scenario["partition"]): readonly [Arm, Arm, Arm] {
  const arms = (name: string, work: Work): Arm =>
    arm(name, [0.1, 0.3, 0.6, 1], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: bench({
        model: model.mlp({ hidden: [32] }),
        partition: split,
        plan: federated({
          pacing: pacing.rounds({ cohort: 8 }),
          serverOptimizer: serverOptimizer.sgd({ learningRate: 1 }),
          solver: solver.sgd({ learningRate }),
          work,
          versions: 120,
        }),
        targetAccuracy: TARGET,
        stopAtTarget: true,
      }),
    }));
  return [
    arms("FedSGD: one step on all examples", { epochs: 1, batchSize: ALL }),
    arms("FedAvg: 1 epoch, batches of 10", { epochs: 1, batchSize: 10 }),
    arms("FedAvg: 5 epochs, batches of 10", { epochs: 5, batchSize: 10 }),
  ];
}

export const experiment: Experiment = {
  title: "rounds to a target, by local work",
  conditions: [
    { name: "iid", arms: armsOn(iid) },
    { name: "two classes per client", arms: armsOn(twoClasses) },
  ],
  metrics: [roundsTo(TARGET)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
