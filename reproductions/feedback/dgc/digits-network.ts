/**
 * Is a thousandth of the numbers of a convolutional network enough for descent with momentum, on digits?
 *
 * @module
 */
import { data } from "@potluck/data";
import { model } from "@potluck/scenario";
import { SEEDS } from "../../harness/bench.ts";
import { codecMetrics } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";
import { BATCH, armsOf, WORKERS } from "./arms.ts";

const ROUNDS = 2000;

const { all, method, bothWays, unwarmed, unmasked, uncorrected } = armsOf({
  data: data.mnist({ trainExamples: 4000, testExamples: 1000 }),
  model: model.cnn({ filters: [4, 8], kernel: 3, hidden: [32] }),
  evaluateEvery: 100,
  rates: [0.03, 0.1],
  rounds: ROUNDS,
  ratio: 0.001,
  warmUp: 40,
});

export const experiment: Experiment = {
  title: "A thousandth of the numbers of a convolutional network for as many rounds as it takes: digits",
  conditions: [
    {
      name: `digits, ${WORKERS} workers that take a step of ${BATCH} digits in each of ${ROUNDS} rounds`,
      arms: [all, method, bothWays, unwarmed, unmasked, uncorrected],
    },
    { name: "the same, against the method", arms: [method, unwarmed, unmasked, uncorrected] },
  ],
  metrics: codecMetrics,
  tuningSeeds: [101],
  seeds: SEEDS.slice(0, 5),
};
