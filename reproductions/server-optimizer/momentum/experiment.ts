/**
 * Does momentum on the server help where clients have little in common?
 *
 * @module
 */
import { federated, pacing, serverOptimizer, solver } from "@potluck/core";
import { partition } from "@potluck/data";
import { bench, CLIENTS, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment, pairs } from "../../harness/experiment.ts";
import { lateAccuracy, unrest } from "../../harness/metrics.ts";

type Optimizer = ReturnType<typeof serverOptimizer.sgd>;

function armsOn(alpha: number, cohort: number): readonly [Arm, Arm] {
  const armOf = (
    name: string,
    serverRates: readonly [number, ...number[]],
    optimizerOf: (learningRate: number) => Optimizer,
  ): Arm =>
    arm(name, pairs([0.03, 0.1, 0.3, 1, 3], serverRates), ([local, server]) => ({
      knobs: { local, server },
      scenario: bench({
        partition: partition.dirichlet({ clients: CLIENTS, alpha, testShare: 0 }),
        plan: federated({
          pacing: pacing.rounds({ cohort }),
          serverOptimizer: optimizerOf(server),
          solver: solver.sgd({ learningRate: local }),
          work: { epochs: 1, batchSize: 10 },
          versions: 40,
        }),
        evaluateEvery: 2,
      }),
    }));
  return [
    armOf("FedAvg", [0.1, 0.3, 1, 3], (learningRate) => serverOptimizer.sgd({ learningRate })),
    armOf("FedAvgM, momentum 0.9", [0.03, 0.1, 0.3, 1], (learningRate) => serverOptimizer.momentum({ learningRate })),
  ];
}

export const experiment: Experiment = {
  title: "momentum on the server, by label skew",
  conditions: [
    { name: "nearly one class per client (α = 0.01), 8 of 40 a round", arms: armsOn(0.01, 8) },
    { name: "nearly one class per client (α = 0.01), 4 of 40 a round", arms: armsOn(0.01, 4) },
    { name: "nearly iid (α = 100), 8 of 40 a round", arms: armsOn(100, 8) },
  ],
  metrics: [lateAccuracy(5), unrest(5)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
