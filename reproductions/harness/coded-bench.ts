/**
 * The bench of codes: softmax regression on MNIST digits, by gradients over all of them, from workers that share them. In a
 * round a worker takes about a second for nothing, some take four seconds more, and each takes a time in proportion to
 * what it computes on top of that. Transfers take no time.
 *
 * @module
 */
import {
  catalogue,
  coded,
  fold,
  type Key,
  makePart,
  type Part,
  present,
  serverOptimizer,
  uniformStream,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model, type Scenario } from "@potluck/scenario";
import type { Metric, Setting } from "./experiment.ts";
import { fleetOf } from "./fleets.ts";
import { finalAccuracy, finalLoss, mean, secondsPerRound } from "./metrics.ts";

/** The seeds that results are reported for. */
export const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6];
/** The seed that arms are tuned on. */
export const TUNING_SEEDS: readonly number[] = [101];
/** Workers, unless an experiment says otherwise. */
export const WORKERS = 24;

/** Operations of a gradient of one digit. */
const EXAMPLE_FLOPS = 31_480;
/** Rounds after which the recorded delays begin again: no run has so many. */
const RECORDED_ROUNDS = 200;

/** By worker and round, whether the worker is slow. */
export type Slowness = (worker: number, key: Key) => () => boolean;

/** Slow in a round with probability `share`, for `rounds` rounds in a row. */
export function byChance(share: number, rounds = 1): Slowness {
  return (_, key) => {
    const uniform = uniformStream(key);
    // Such that the share of slow rounds is the one asked for, although no burst begins within another.
    const begins = share / (rounds - share * (rounds - 1));
    let left = 0;
    return () => {
      left = Math.max(0, left - 1);
      if (left === 0 && uniform() < begins) left = rounds;
      return left > 0;
    };
  };
}

/** The first `count` workers are slow in every round. */
export function always(count: number): Slowness {
  return (worker) => () => worker < count;
}

/** What is run. */
export interface CodedRun {
  readonly coding: Parameters<typeof coded>[0]["coding"];
  /** How long a worker takes for all of a job's data. */
  readonly secondsPerLoad: number;
  readonly slowness: Slowness;
  /** Steps of each model. */
  readonly steps: number;
  /** Models side by side, 1 by default; all of them alike. */
  readonly models?: number;
  readonly workers?: number;
  /** MNIST digits to train on. */
  readonly examples: number;
  /** Steps after which models are measured; at the end alone by default. */
  readonly measuredEvery?: number;
}

/** A scenario of the bench. */
export function codedScenario(run: CodedRun): Scenario {
  const { coding, steps, models = 1, workers = WORKERS, examples, measuredEvery = steps } = run;
  return {
    name: "coded",
    model: model.mlp({ hidden: [] }),
    data: data.mnist({ trainExamples: examples, testExamples: 1000 }),
    partition: partition.replicated({ clients: workers }),
    fleet: workersOf(run),
    plan: coded({
      coding,
      models: Array.from({ length: models }, () => serverOptimizer.sgd({ learningRate: 0.5 })),
      jobs: steps * models,
    }),
    evaluateEvery: measuredEvery,
  };
}

function workersOf({ secondsPerLoad, slowness, examples }: CodedRun): Scenario["fleet"] & Part {
  return fleetOf("stragglers", (count, key) =>
    Array.from({ length: count }, (_, worker) => ({
      flopsPerSecond: (EXAMPLE_FLOPS * examples) / secondsPerLoad,
      taskTimes: { kind: "delay", seconds: delays(slowness(worker, fold(key, worker)), fold(key, count + worker)) },
    })),
  );
}

/** 1 to 1.2 seconds, and four more in rounds in which the worker is slow. */
function delays(isSlow: () => boolean, key: Key): Float64Array {
  const uniform = uniformStream(key);
  return Float64Array.from({ length: RECORDED_ROUNDS }, () => 1 + 0.2 * uniform() + 4 * Number(isSlow()));
}

/** An arm's setting, with nothing to tune unless knobs are given. */
export function codedSetting(run: CodedRun, knobs: Setting["knobs"] = {}): Setting {
  return { knobs, scenario: codedScenario(run) };
}

/** Virtual seconds of a gradient, on average over the run. */
export const secondsPerJob: Metric = { ...secondsPerRound, name: "virtual seconds per gradient", digits: 3 };

/** Held-out loss at the end, the mean over the models: the best of them would be better by chance. */
export const meanLoss: Metric = {
  ...finalLoss,
  of: async (result) => mean(result.models?.map(({ testLoss }) => testLoss ?? NaN) ?? [await finalLoss.of(result)]),
};

/** Held-out accuracy at the end, likewise. */
export const meanAccuracy: Metric = {
  ...finalAccuracy,
  of: async (result) =>
    mean(result.models?.map(({ testAccuracy }) => testAccuracy ?? NaN) ?? [await finalAccuracy.of(result)]),
};

/** The same loss rounded to five digits: exact codes lead to the same. */
export const exactLoss: Metric = {
  ...meanLoss,
  digits: 5,
  of: async (result) => Number((await meanLoss.of(result)).toFixed(5)),
};

/** The share of a gradient's data that a worker computes in a round. */
export const loadOfWorker: Metric = {
  name: "what a worker computes in a round, as a share of all data",
  better: "lower",
  digits: 4,
  of: ({ parts, clients }) => {
    const part = present(
      parts.find(({ room }) => room === "coding"),
      "a code",
    );
    return makePart("coding", catalogue.coding, part).schemeFor(clients.length).load;
  },
};
