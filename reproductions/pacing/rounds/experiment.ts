/**
 * What do over-selection and deadlines save, and whom do they silence?
 *
 * @module
 */
import { federated, pacing, solver } from "@potluck/core";
import { partition } from "@potluck/data";
import { type ClientResult, fleet } from "@potluck/scenario";
import { bench, CLIENTS, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment, type Metric } from "../../harness/experiment.ts";
import { clientAccuracy, finalAccuracy, secondsPerRound, secondsTo } from "../../harness/metrics.ts";

const TARGET = 0.8;

function armOf(name: string, options: Parameters<typeof pacing.rounds>[0]): Arm {
  return arm(name, [0.1, 0.3, 1, 3, 10], (learningRate) => ({
    knobs: { "learning rate": learningRate },
    scenario: bench({
      partition: partition.dirichlet({ clients: CLIENTS, alpha: 0.1 }),
      // One epoch takes the fastest tier about a second, the slowest about ten: as a larger model would.
      fleet: fleet.tiers({ slowdowns: [1, 3, 10], flopsPerSecond: 4e6 }),
      plan: federated({
        pacing: pacing.rounds(options),
        solver: solver.sgd({ learningRate }),
        work: { epochs: 1, batchSize: 10 },
        versions: 60,
      }),
      evaluateEvery: 2,
    }),
  }));
}

const slowest = (clients: readonly ClientResult[]): readonly ClientResult[] =>
  clients.filter(({ tier }) => tier === "10x");

/** Which part of the model the slowest third of the devices has made. */
const slowestShare: Metric = {
  name: "share of the slowest third in the model",
  better: "higher",
  digits: 3,
  of: ({ clients, versions }) => slowest(clients).reduce((sum, { contribution }) => sum + contribution, 0) / versions,
};

const wastedWork: Metric = {
  name: "share of the work that is wasted",
  better: "lower",
  digits: 3,
  of: ({ scorecard }) => scorecard.unfairShare.wastedWorkShare,
};

export const experiment: Experiment = {
  title: "over-selection and deadlines against stragglers",
  conditions: [
    {
      name: "devices 1, 3 and 10 times as slow",
      arms: [
        armOf("wait for all 8", { cohort: 8 }),
        armOf("ask 11, take the first 8", { cohort: 8, overSelection: 1.3 }),
        armOf("ask 16, take the first 8", { cohort: 8, overSelection: 2 }),
        armOf("ask 8, take who is there after 5 s", { cohort: 8, quorum: 0.25, deadlineSeconds: 5 }),
      ],
    },
  ],
  metrics: [
    secondsTo(TARGET),
    secondsPerRound,
    finalAccuracy,
    slowestShare,
    clientAccuracy("accuracy on the slowest third's own examples", slowest),
    wastedWork,
  ],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
