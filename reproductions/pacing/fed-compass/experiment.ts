/**
 * Ten silos, the slowest five times as slow as the fastest: work by speed against rounds, single updates and buffers.
 *
 * @module
 */
import {
  aggregation,
  exp,
  federated,
  fold,
  type Key,
  log,
  normals,
  pacing,
  serverOptimizer,
  solver,
  staleness,
  weighting,
  type Work,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment, pairs } from "../../harness/experiment.ts";
import { fleetOf, type OwnTraits } from "../../harness/fleets.ts";
import { secondsTo } from "../../harness/metrics.ts";
import { idleShare, lateAccuracyInTime, objectiveBias, updatesUsed } from "../../harness/time-metrics.ts";

const CLIENTS = 10;
const TARGET = 0.8;
const SECONDS = 12;
const LARGEST = { steps: 50, batchSize: 20 } as const;
/** Floating-point operations of the most steps: the slowest device takes a second for them. */
const TASK_FLOPS = 50 * 20 * 31_480;

/** Log-normal speeds, stretched so that the fastest device is five times as fast as the slowest. */
function logNormal(count: number, key: Key, computeNoise: number): readonly OwnTraits[] {
  const draws = normals(fold(key, "speed"), count);
  const [least, most] = [Math.min(...draws), Math.max(...draws)];
  return Array.from(draws, (draw) => ({
    computeNoise,
    flopsPerSecond: TASK_FLOPS * exp((log(5) * (draw - least)) / (most - least)),
  }));
}

interface Differing extends Pick<Parameters<typeof federated>[0], "pacing" | "staleness" | "aggregation"> {
  readonly work?: Work;
}

/** What is the same for all arms under one condition. */
interface Setting {
  readonly computeNoise: number;
}

function armOf(name: string, { computeNoise }: Setting, versionsPerSecond: number, differing: Differing): Arm {
  return arm(name, pairs([0.03, 0.1, 0.3], [0.3, 1, 3]), ([local, server]) => ({
    knobs: { local, server },
    scenario: bench({
      data: data.mnist({ trainExamples: 1000, testExamples: 1000 }),
      partition: partition.shards({ clients: CLIENTS, classesPerClient: 2, testShare: 0 }),
      fleet: fleetOf("log-normal", (count, key) => logNormal(count, key, computeNoise)),
      plan: federated({
        weighting: weighting.uniform(),
        serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
        solver: solver.sgd({ learningRate: local }),
        work: LARGEST,
        versions: 1e6,
        ...differing,
      }),
      objective: "per-client",
      maximumSeconds: SECONDS,
      evaluateEvery: Math.max(1, Math.round(versionsPerSecond / 2)),
    }),
  }));
}

function armsOf(setting: Setting): readonly [Arm, Arm, Arm, Arm, Arm] {
  const buff = (updates: number): Arm =>
    armOf(`FedBuff, ${updates}`, setting, 22 / updates, {
      pacing: pacing.fedBuff({ updates }),
      staleness: staleness.polynomial(),
      aggregation: aggregation.sum(),
    });
  return [
    armOf("FedAvg", setting, 1, { pacing: pacing.rounds({ cohort: CLIENTS }) }),
    armOf("FedCompass", setting, 5, {
      pacing: pacing.fedCompass(),
      staleness: staleness.polynomial(),
      aggregation: aggregation.sum({ divideBy: "clients" }),
      work: { minimumSteps: 10, maximumSteps: LARGEST.steps, batchSize: LARGEST.batchSize },
    }),
    armOf("FedAsync", setting, 22, {
      pacing: pacing.fedAsync(),
      staleness: staleness.polynomial(),
      aggregation: aggregation.mixing(),
    }),
    buff(3),
    buff(5),
  ];
}

const [rounds, compass, , , buffer] = armsOf({ computeNoise: 0.2 });

export const experiment: Experiment = {
  title: "work by speed against rounds, single updates and buffers",
  conditions: [
    { name: "constant speeds", arms: armsOf({ computeNoise: 0 }) },
    { name: "times that vary by a fifth from task to task", arms: [rounds, compass, buffer] },
  ],
  metrics: [secondsTo(TARGET), lateAccuracyInTime(0.2), idleShare, objectiveBias, updatesUsed],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
