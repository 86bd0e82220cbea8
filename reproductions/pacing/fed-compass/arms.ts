/**
 * Ten silos, the slowest five times as slow as the fastest, with work by speed or the same for all.
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
import { type Arm, arm, pairs } from "../../harness/experiment.ts";
import { fleetOf, type OwnTraits } from "../../harness/fleets.ts";

const CLIENTS = 10;
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
  /** Standard deviation of the logarithm of a task's time around its device's. */
  readonly computeNoise: number;
  /** Learning rates of the clients and of the server to tune over; three by three unless given. */
  readonly rates?: ReturnType<typeof pairs<number, number>>;
}

function armOf(
  name: string,
  { computeNoise, rates = pairs([0.03, 0.1, 0.3], [0.3, 1, 3]) }: Setting,
  versionsPerSecond: number,
  differing: Differing,
): Arm {
  return arm(name, rates, ([local, server]) => ({
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

/** Rounds of everybody. */
export const rounds = (setting: Setting): Arm =>
  armOf("FedAvg", setting, 1, { pacing: pacing.rounds({ cohort: CLIENTS }) });

/** FedCompass, with as many steps as it gives or with the most for everybody. */
export const compass = (setting: Setting, steps: "by speed" | "all alike" = "by speed"): Arm =>
  armOf(steps === "by speed" ? "FedCompass" : "FedCompass, the same steps for all", setting, 5, {
    pacing: pacing.fedCompass(),
    staleness: staleness.polynomial(),
    aggregation: aggregation.sum({ divideBy: "clients" }),
    work: {
      minimumSteps: steps === "by speed" ? 10 : LARGEST.steps,
      maximumSteps: LARGEST.steps,
      batchSize: LARGEST.batchSize,
    },
  });

/** A version with every update. */
export const single = (setting: Setting): Arm =>
  armOf("FedAsync", setting, 22, {
    pacing: pacing.fedAsync(),
    staleness: staleness.polynomial(),
    aggregation: aggregation.mixing(),
  });

/** A version with every so many. */
export const buff = (setting: Setting, updates: number): Arm =>
  armOf(`FedBuff, ${updates}`, setting, 22 / updates, {
    pacing: pacing.fedBuff({ updates }),
    staleness: staleness.polynomial(),
    aggregation: aggregation.sum(),
  });
