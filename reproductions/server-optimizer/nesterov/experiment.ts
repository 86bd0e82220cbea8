/**
 * Does looking one step ahead make server momentum better, or let it be larger?
 *
 * @module
 */
import { federated, pacing, serverOptimizer, solver } from "@potluck/core";
import { bench, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { lateAccuracy, roundsTo, unrest } from "../../harness/metrics.ts";

const TARGET = 0.8;

function armsWith(momentum: number, rates: readonly [number, ...number[]]): readonly [Arm, Arm] {
  const armOf = (name: string, optimizer: typeof serverOptimizer.momentum): Arm =>
    arm(name, rates, (learningRate) => ({
      knobs: { server: learningRate },
      scenario: bench({
        plan: federated({
          pacing: pacing.rounds({ cohort: 8 }),
          serverOptimizer: optimizer({ learningRate, momentum }),
          solver: solver.sgd({ learningRate: 0.1 }),
          work: { epochs: 1, batchSize: 10 },
          versions: 60,
        }),
        evaluateEvery: 2,
      }),
    }));
  return [armOf("momentum", serverOptimizer.momentum), armOf("nesterov", serverOptimizer.nesterov)];
}

export const experiment: Experiment = {
  title: "Nesterov's momentum on the server against the classical one",
  conditions: [
    { name: "momentum 0.9", arms: armsWith(0.9, [0.1, 0.2, 0.4, 0.8]) },
    { name: "momentum 0.99", arms: armsWith(0.99, [0.03, 0.1, 0.3, 1]) },
  ],
  metrics: [lateAccuracy(5), roundsTo(TARGET), unrest(5)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
