/**
 * A thousand clients, of whom some work at a time: rounds, buffers and single updates.
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
import { model } from "@potluck/scenario";
import { type Arm, arm, type Experiment, pairs } from "../../harness/experiment.ts";
import { fleetOf, type OwnTraits } from "../../harness/fleets.ts";
import { secondsTo } from "../../harness/metrics.ts";
import { objectiveBias, tasksTo, updatesTo } from "../../harness/time-metrics.ts";

const CLIENTS = 1000;
const TARGET = 0.8;

/** Devices whose every task takes |N(0, 1)| seconds anew, as far as their first 32 tasks. */
function halfNormal(count: number, key: Key): readonly OwnTraits[] {
  return Array.from({ length: count }, (_, k) => ({
    taskTimes: { kind: "whole", seconds: normals(fold(key, k), 32).map(Math.abs) },
  }));
}

type Differing = Pick<Parameters<typeof federated>[0], "pacing" | "staleness" | "aggregation">;

/** How many clients work at a time, and how many updates an arm may use. */
export interface Scale {
  readonly atWork: number;
  readonly updates: number;
  /** After how many updates a model is measured. */
  readonly measuredEvery: number;
}

/** The arm whose versions hold so many updates each. */
function armOf(name: string, { updates, measuredEvery }: Scale, size: number, differing: Differing): Arm {
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
        versions: updates / size,
        ...differing,
      }),
      objective: "per-client",
      evaluateEvery: measuredEvery / size,
      targetAccuracy: TARGET,
      stopAtTarget: true,
    },
  }));
}

/** Rounds that wait for all who are asked. */
export const rounds = (scale: Scale): Arm =>
  armOf(`FedAvg, ${scale.atWork} a round`, scale, scale.atWork, { pacing: pacing.rounds({ cohort: scale.atWork }) });

/** Rounds that ask 30% more, and take the first. */
export const overSelected = (scale: Scale): Arm =>
  armOf(`FedAvg, the first ${scale.atWork} of ${1.3 * scale.atWork}`, scale, scale.atWork, {
    pacing: pacing.rounds({ cohort: scale.atWork, overSelection: 1.3 }),
  });

/** Single updates that are mixed in. */
export const single = (scale: Scale): Arm =>
  armOf("FedAsync", scale, 1, {
    pacing: pacing.fedAsync({ concurrency: scale.atWork }),
    staleness: staleness.polynomial(),
    aggregation: aggregation.mixing(),
  });

/** Buffers of so many updates. */
export const buff = (scale: Scale, updates: number): Arm =>
  armOf(`FedBuff, ${updates}`, scale, updates, {
    pacing: pacing.fedBuff({ updates, concurrency: scale.atWork }),
    staleness: staleness.polynomial(),
    aggregation: aggregation.sum(),
  });

/** What is measured. */
export const metrics: Experiment["metrics"] = [updatesTo(TARGET), secondsTo(TARGET), tasksTo(TARGET), objectiveBias];
