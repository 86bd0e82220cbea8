/**
 * Fixed intervals, buffers and work by speed on colour images and on the lines of plays, with networks that are not convex.
 *
 * It needs published data beside the project: ../shared/data/cifar10 with data_batch_1.bin and test_batch.bin, and
 * ../shared/data/shakespeare/input.txt.
 *
 * @module
 */
import { join } from "node:path";
import { aggregation, federated, pacing, participation, solver, staleness, weighting, type Work } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model, type Scenario } from "@potluck/scenario";
import { type Arm, arm, type Condition, type Experiment } from "../../harness/experiment.ts";
import { fleetOf, type OwnTraits } from "../../harness/fleets.ts";
import { lateAccuracyInTime, lateLossInTime, objectiveBias, updatesUsed } from "../../harness/time-metrics.ts";

const CLIENTS = 10;
const BATCH = 10;
const SHARED = join(import.meta.dirname, "../../../../shared/data");
const CIFAR10 = join(SHARED, "cifar10");
const SHAKESPEARE = join(SHARED, "shakespeare/input.txt");

/** What is learnt. */
interface Task extends Pick<Scenario, "model" | "data" | "partition"> {
  readonly name: string;
  readonly learningRates: readonly [number, ...number[]];
  /** Floating-point operations of training on one example. */
  readonly exampleFlops: number;
  readonly seconds: number;
}

const images: Task = {
  name: "cifar10",
  model: model.cnn({ filters: [4, 8], kernel: 3, hidden: [] }),
  data: data.cifar10({ dir: CIFAR10, trainExamples: 1000, testExamples: 300 }),
  partition: partition.dirichlet({ clients: CLIENTS, alpha: 0.1, testShare: 0 }),
  learningRates: [0.01, 0.03, 0.1],
  exampleFlops: 9.37e5,
  seconds: 24,
};

const text: Task = {
  name: "shakespeare",
  model: model.charRnn({ cell: "gru", embeddingWidth: 8, units: 32, layers: 1 }),
  data: data.shakespeare({ file: SHAKESPEARE, window: 20, stride: 100 }),
  partition: partition.byKey({ clients: CLIENTS, minimumExamples: 100, testShare: 0 }),
  learningRates: [0.1, 0.3, 1, 3, 10],
  exampleFlops: 4.9e5,
  seconds: 12,
};

const STEPS = 10;

/** Devices whose times fall linearly from a second for ten steps, or a trifle less, to a fifth of it. */
function linear({ exampleFlops }: Task): (count: number) => readonly OwnTraits[] {
  return (count) =>
    Array.from({ length: count }, (_, i) => ({
      flopsPerSecond: (1.001 * STEPS * BATCH * exampleFlops) / (1 - (0.8 * i) / (count - 1)),
    }));
}

interface Differing extends Pick<
  Parameters<typeof federated>[0],
  "pacing" | "staleness" | "participation" | "aggregation"
> {
  readonly work?: Work;
}

function armOf(task: Task, name: string, versionsPerSecond: number, differing: Differing): Arm {
  const { learningRates, name: named, model: learner, data: source, partition: split, seconds } = task;
  return arm(name, learningRates, (learningRate) => ({
    knobs: { "learning rate": learningRate },
    scenario: {
      name: named,
      model: learner,
      data: source,
      partition: split,
      fleet: fleetOf("linear", linear(task)),
      plan: federated({
        weighting: weighting.uniform(),
        solver: solver.sgd({ learningRate }),
        work: { steps: STEPS, batchSize: BATCH },
        versions: 1e6,
        ...differing,
      }),
      objective: "per-client",
      maximumSeconds: seconds,
      evaluateEvery: Math.round(2 * versionsPerSecond),
    },
  }));
}

function armsOf(task: Task): Condition["arms"] {
  const byClients = aggregation.sum({ divideBy: "clients" });
  return [
    armOf(task, "FedAvg", 1, { pacing: pacing.rounds({ cohort: CLIENTS }) }),
    armOf(task, "FedFix, 0.5 s", 2, {
      pacing: pacing.fedFix({ intervalSeconds: 0.5 }),
      participation: participation.inverse(),
      aggregation: byClients,
    }),
    armOf(task, "FedBuff, 5", 4, {
      pacing: pacing.fedBuff({ updates: 5 }),
      staleness: staleness.polynomial(),
      aggregation: aggregation.sum(),
    }),
    armOf(task, "FedCompass", 1, {
      pacing: pacing.fedCompass(),
      staleness: staleness.polynomial(),
      aggregation: byClients,
      work: { minimumSteps: 2, maximumSteps: STEPS, batchSize: BATCH },
    }),
  ];
}

export const experiment: Experiment = {
  title: "fixed intervals, buffers and work by speed on images and text",
  conditions: [
    { name: "colour images, label skew", arms: armsOf(images) },
    { name: "lines of plays, a role for each client", arms: armsOf(text) },
  ],
  metrics: [lateLossInTime(0.2), lateAccuracyInTime(0.2), objectiveBias, updatesUsed],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
  needs: [CIFAR10, SHAKESPEARE],
};
