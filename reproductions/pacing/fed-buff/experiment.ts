/**
 * A thousand clients of whom a hundred work at a time: buffers against rounds and single updates.
 *
 * @module
 */
import {
  aggregation,
  federated,
  fold,
  type Key,
  normals,
  pacing,
  serverOptimizer,
  solver,
  staleness,
  weighting,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model } from "@potluck/simulator";
import { type Arm, arm, type Experiment, pairs } from "../../harness/experiment.ts";
import { fleetOf, type OwnTraits } from "../../harness/fleets.ts";
import { secondsTo } from "../../harness/metrics.ts";
import { objectiveBias, tasksTo, updatesTo } from "../../harness/time-metrics.ts";

const CLIENTS = 1000;
const CONCURRENCY = 100;
const TARGET = 0.8;
/** Every arm may use so many updates, and is measured every hundred. */
const UPDATES = 3000;

/** Devices whose every task takes |N(0, 1)| seconds anew, as far as their first 32 tasks. */
function halfNormal(count: number, key: Key): readonly OwnTraits[] {
  return Array.from({ length: count }, (_, k) => ({
    taskTimes: { kind: "whole", seconds: normals(fold(key, k), 32).map(Math.abs) },
  }));
}

type Differing = Pick<Parameters<typeof federated>[0], "pacing" | "staleness" | "aggregation">;

/** The arm whose versions hold so many updates each. */
function armOf(name: string, updates: number, differing: Differing): Arm {
  return arm(name, pairs([0.3, 1, 3], [0.1, 0.3, 1, 3]), ([local, server]) => ({
    knobs: { local, server },
    scenario: {
      name: "thousand",
      model: model.mlp({ hidden: [32] }),
      data: data.gaussians({ examplesPerClass: 1000, testExamplesPerClass: 100, spread: 0.35 }),
      partition: partition.dirichlet({ clients: CLIENTS, alpha: 0.3, testShare: 0 }),
      fleet: fleetOf("half-normal", halfNormal),
      plan: federated({
        weighting: weighting.uniform(),
        serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
        solver: solver.sgd({ learningRate: local }),
        work: { epochs: 1, batchSize: 5 },
        versions: UPDATES / updates,
        ...differing,
      }),
      objective: "per-client",
      evaluateEvery: 100 / updates,
      targetAccuracy: TARGET,
      stopAtTarget: true,
    },
  }));
}

const rounds = (name: string, overSelection: number): Arm =>
  armOf(name, 100, { pacing: pacing.rounds({ cohort: 100, overSelection }) });

const buff = (updates: number): Arm =>
  armOf(`FedBuff, ${updates}`, updates, {
    pacing: pacing.fedBuff({ updates, concurrency: CONCURRENCY }),
    staleness: staleness.polynomial(),
    aggregation: aggregation.sum(),
  });

export const experiment: Experiment = {
  title: "buffers against rounds and single updates, with a thousand clients",
  conditions: [
    {
      name: "1,000 clients, 100 at a time, task times half-normal",
      arms: [
        rounds("FedAvg, 100 a round", 1),
        rounds("FedAvg, the first 100 of 130", 1.3),
        armOf("FedAsync", 1, {
          pacing: pacing.fedAsync({ concurrency: CONCURRENCY }),
          staleness: staleness.polynomial(),
          aggregation: aggregation.mixing(),
        }),
        buff(1),
        buff(10),
        buff(100),
      ],
    },
  ],
  metrics: [updatesTo(TARGET), secondsTo(TARGET), tasksTo(TARGET), objectiveBias],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
