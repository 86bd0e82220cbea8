/**
 * Does Adagrad on the server beat plain averaging on a convex problem with rare features?
 *
 * @module
 */
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import type { Experiment } from "../../harness/experiment.ts";
import { lateAccuracy, roundsTo, unrest } from "../../harness/metrics.ts";
import { serverArm } from "../../harness/server-optimizers.ts";

export const experiment: Experiment = {
  title: "Adagrad on the server, on a convex problem with rare features",
  conditions: [
    {
      name: "softmax regression on MNIST",
      arms: [serverArm("sgd"), serverArm("adagrad"), serverArm("adam")],
    },
  ],
  metrics: [lateAccuracy(5), roundsTo(0.8), unrest(5)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
