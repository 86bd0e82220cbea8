/**
 * Is a thousandth of the numbers of a convolutional network enough, on colour images?
 *
 * It needs published data beside the project: ../shared/data/cifar10 with data_batch_1.bin and test_batch.bin.
 *
 * @module
 */
import { join } from "node:path";
import { data } from "@potluck/data";
import { model } from "@potluck/scenario";
import { SEEDS } from "../../harness/bench.ts";
import { codecMetrics } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";
import { BATCH, armsOf, WORKERS } from "./arms.ts";

const CIFAR10 = join(import.meta.dirname, "../../../../shared/data/cifar10");
const ROUNDS = 2000;

const { all, bothWays, uncorrected } = armsOf({
  data: data.cifar10({ dir: CIFAR10, trainExamples: 4000, testExamples: 1000 }),
  model: model.cnn({ filters: [4, 8], kernel: 3, hidden: [32] }),
  evaluateEvery: 100,
  rates: [0.01, 0.03],
  rounds: ROUNDS,
  ratio: 0.001,
  warmUp: 40,
});

export const experiment: Experiment = {
  title: "A thousandth of the numbers for as many rounds as it takes: colour images",
  conditions: [
    {
      name: `colour images, ${WORKERS} workers that take a step of ${BATCH} images in each of ${ROUNDS} rounds`,
      arms: [all, bothWays, uncorrected],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: [101],
  seeds: SEEDS.slice(0, 5),
  needs: [CIFAR10],
};
