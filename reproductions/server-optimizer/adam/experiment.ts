/**
 * Does Adam on the server beat plain averaging and momentum, and is it easier to tune?
 *
 * @module
 */
import { data } from "@potluck/data";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import type { Experiment } from "../../harness/experiment.ts";
import { lateAccuracy, roundsTo } from "../../harness/metrics.ts";
import { serverArm } from "../../harness/server-optimizers.ts";

/** Features that are all alike: none is rare. As many clients, classes, examples and held-out examples as MNIST here. */
const dense = {
  data: data.gaussians({ features: 256, examplesPerClass: 400, testExamplesPerClass: 200, spread: 0.35 }),
};

export const experiment: Experiment = {
  title: "Adam on the server against plain averaging and momentum",
  conditions: [
    {
      name: "MNIST: half of the pixels are on in fewer than 5% of the images",
      arms: [serverArm("sgd"), serverArm("momentum"), serverArm("adam")],
    },
    { name: "Gaussians: all features are alike", arms: [serverArm("sgd", dense), serverArm("adam", dense)] },
  ],
  metrics: [lateAccuracy(5), roundsTo(0.8)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
