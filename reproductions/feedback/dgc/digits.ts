/**
 * Is a thousandth of the numbers enough for descent with momentum, where there are two thousand rounds to say them in?
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

const { all, method, bothWays, byLayer, unwarmed, unmasked, uncorrected } = armsOf({
  data: data.mnist({ trainExamples: 4000, testExamples: 1000 }),
  model: model.mlp({ hidden: [32] }),
  evaluateEvery: 50,
  rates: [0.01, 0.03, 0.1],
  rounds: ROUNDS,
  ratio: 0.001,
  warmUp: 40,
});

export const experiment: Experiment = {
  title: "A thousandth of the numbers for as many rounds as it takes: digits",
  conditions: [
    {
      name: `digits, ${WORKERS} workers that take a step of ${BATCH} digits in each of ${ROUNDS} rounds`,
      arms: [all, method, bothWays, byLayer, unwarmed, unmasked, uncorrected],
    },
    { name: "the same, against the method", arms: [method, byLayer, unwarmed, unmasked, uncorrected] },
  ],
  metrics: codecMetrics,
  tuningSeeds: [101],
  seeds: SEEDS.slice(0, 6),
};
