/**
 * More workers with an even share of the same data each: does twice as many need half the time?
 *
 * @module
 */
import { aggregation, federated, pacing, serverOptimizer, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment, pairs } from "../../harness/experiment.ts";
import { fleetOf } from "../../harness/fleets.ts";
import { secondsToLoss, updatesUsed } from "../../harness/time-metrics.ts";
import { spreadOut } from "./arrivals.ts";

const STEPS = 5;

/** Half of the workers make a version. */
function armOf(clients: number): Arm {
  return arm(`${clients} workers`, pairs([0.03, 0.1, 0.3], [0.3, 1, 3]), ([local, server]) => ({
    knobs: { local, server },
    scenario: bench({
      data: data.mnist({ trainExamples: 2000, testExamples: 1000 }),
      partition: partition.iid({ clients, testShare: 0 }),
      fleet: fleetOf("spread out", spreadOut),
      plan: federated({
        pacing: pacing.anarchic({ updates: clients / 2 }),
        weighting: weighting.uniform(),
        aggregation: aggregation.afaCd(),
        serverOptimizer: serverOptimizer.sgd({ learningRate: STEPS * server }),
        solver: solver.sgd({ learningRate: local }),
        // So small that the noise of a batch matters, and with it of how many updates a version is the mean.
        work: { steps: STEPS, batchSize: 1 },
        versions: 1e6,
      }),
      objective: "per-client",
      maximumSeconds: 200,
      evaluateEvery: 2,
      targetLoss: 0.8,
      stopAtTarget: true,
    }),
  }));
}

export const experiment: Experiment = {
  title: "more workers",
  conditions: [{ name: "even shares of 2,000 digits", arms: [armOf(2), armOf(4), armOf(8), armOf(16), armOf(32)] }],
  metrics: [secondsToLoss(0.8), updatesUsed],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
