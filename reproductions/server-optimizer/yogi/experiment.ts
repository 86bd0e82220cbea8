/**
 * Is Yogi on the server as good as Adam, and calmer where rounds differ much?
 *
 * @module
 */
import { partition } from "@potluck/data";
import { CLIENTS, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import type { Experiment } from "../../harness/experiment.ts";
import { lateAccuracy, roundsTo, unrest } from "../../harness/metrics.ts";
import { serverArm } from "../../harness/server-optimizers.ts";

const nearlyOneClass = { partition: partition.dirichlet({ clients: CLIENTS, alpha: 0.01, testShare: 0 }) };

export const experiment: Experiment = {
  title: "Yogi on the server against Adam",
  conditions: [
    {
      name: "nearly one class per client (α = 0.01)",
      arms: [serverArm("adam", nearlyOneClass), serverArm("yogi", nearlyOneClass)],
    },
  ],
  metrics: [lateAccuracy(5), roundsTo(0.75), unrest(5)],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
