/**
 * Does a pull towards the server's model help clients that are unlike each other and work a lot?
 *
 * @module
 */
import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model, type Scenario } from "@potluck/scenario";
import { bench, CLIENTS, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment, pairs, type Setting } from "../../harness/experiment.ts";
import { lateAccuracy, lateLoss, unrest } from "../../harness/metrics.ts";

function settingOf(
  knobs: Setting["knobs"],
  local: ReturnType<typeof solver.sgd>,
  split: Scenario["partition"],
): Setting {
  return {
    knobs,
    scenario: bench({
      model: model.mlp({ hidden: [32] }),
      data: data.mnist({ trainExamples: 3000, testExamples: 2000 }),
      partition: split,
      plan: federated({
        pacing: pacing.rounds({ cohort: 8 }),
        solver: local,
        work: { epochs: 10, batchSize: 20 },
        versions: 15,
      }),
    }),
  };
}

function armsOn(split: Scenario["partition"]): readonly [Arm, Arm] {
  return [
    arm("FedAvg", [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.6, 1], (learningRate) =>
      settingOf({ "learning rate": learningRate }, solver.sgd({ learningRate }), split),
    ),
    arm("FedProx", pairs([0.001, 0.01, 0.1], [0.1, 0.3, 0.6]), ([mu, learningRate]) =>
      settingOf({ μ: mu, "learning rate": learningRate }, solver.fedProx({ mu, learningRate }), split),
    ),
  ];
}

export const experiment: Experiment = {
  title: "a proximal term for heterogeneous clients",
  conditions: [
    {
      name: "nearly one class per client, very unequal sizes, so unequal work",
      arms: armsOn(partition.dirichlet({ clients: CLIENTS, alpha: 0.01, quantitySkew: 1, testShare: 0 })),
    },
    { name: "iid, equal sizes", arms: armsOn(partition.iid({ clients: CLIENTS, testShare: 0 })) },
  ],
  metrics: [lateLoss(5), lateAccuracy(5), unrest(5)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
