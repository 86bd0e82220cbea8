/**
 * Workers that come when they like: which optimum, and what of the steps that they choose?
 *
 * @module
 */
import { aggregation, federated, pacing, serverOptimizer, solver, weighting, type Work } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment, pairs } from "../../harness/experiment.ts";
import { fleetOf } from "../../harness/fleets.ts";
import { finalAccuracy } from "../../harness/metrics.ts";
import { lateLossInTime, lossUnrest, objectiveBias, secondsToLoss } from "../../harness/time-metrics.ts";
import { skewed } from "./arrivals.ts";

const SECONDS = 200;
/** The mean of the steps that a worker takes, which the server's learning rate makes up for where updates are per step. */
const MEAN_STEPS = 10;
const FIXED: Work = { steps: MEAN_STEPS, batchSize: 20 };
const RANDOM: Work = { minimumSteps: 1, maximumSteps: 2 * MEAN_STEPS - 1, batchSize: 20 };

interface Differing extends Pick<Parameters<typeof federated>[0], "pacing" | "aggregation"> {
  readonly clients: number;
  readonly classesPerClient: number;
  readonly work: Work;
  /** What deltas are multiplied with beside the tuned rate. */
  readonly gain: number;
}

function armOf(name: string, { clients, classesPerClient, gain, ...differing }: Differing): Arm {
  return arm(name, pairs([0.003, 0.01, 0.03, 0.1, 0.3, 1], [0.3, 1, 3, 10]), ([local, server]) => ({
    knobs: { local, server },
    scenario: bench({
      data: data.mnist({ trainExamples: 2000, testExamples: 1000 }),
      partition: partition.shards({ clients, classesPerClient, testShare: 0 }),
      fleet: fleetOf("skewed", skewed),
      plan: federated({
        weighting: weighting.uniform(),
        serverOptimizer: serverOptimizer.sgd({ learningRate: gain * server }),
        solver: solver.sgd({ learningRate: local }),
        versions: 1e6,
        ...differing,
      }),
      objective: "per-client",
      maximumSeconds: SECONDS,
      evaluateEvery: differing.pacing.part.name === "rounds" ? 1 : 3,
    }),
  }));
}

const ten = { clients: 10, classesPerClient: 1, pacing: pacing.anarchic({ updates: 5 }) } as const;
const perStep = { gain: MEAN_STEPS } as const;
const perUpdate = { gain: 1 } as const;

const rounds = armOf("FedAvg", {
  ...ten,
  ...perUpdate,
  pacing: pacing.rounds({ cohort: 10 }),
  aggregation: aggregation.mean(),
  work: FIXED,
});

export const experiment: Experiment = {
  title: "workers that come when they like",
  conditions: [
    {
      name: "ten workers of one class each, ten steps each time",
      arms: [
        rounds,
        armOf("AFA-CD", { ...ten, ...perStep, aggregation: aggregation.afaCd(), work: FIXED }),
        armOf("AFA-CS", { ...ten, ...perStep, aggregation: aggregation.afaCs(), work: FIXED }),
      ],
    },
    {
      name: "ten workers of one class each, 1 to 19 steps as they like",
      arms: [
        armOf("AFA-CD", { ...ten, ...perStep, aggregation: aggregation.afaCd(), work: RANDOM }),
        armOf("AFA-CD, not per step", { ...ten, ...perUpdate, aggregation: aggregation.mean(), work: RANDOM }),
        armOf("AFA-CS", { ...ten, ...perStep, aggregation: aggregation.afaCs(), work: RANDOM }),
        armOf("AFA-CS, not per step", {
          ...ten,
          ...perUpdate,
          aggregation: aggregation.afaCs({ perStep: "off" }),
          work: RANDOM,
        }),
      ],
    },
  ],
  metrics: [lateLossInTime(0.2), finalAccuracy, secondsToLoss(0.9), lossUnrest(0.2), objectiveBias],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
