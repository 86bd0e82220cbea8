/**
 * Does the hinge discount of stale updates make FedAsync better or calmer, and where does it have to bend?
 *
 * @module
 */
import { staleness } from "@potluck/core";
import type { Experiment } from "../../harness/experiment.ts";
import { fedAsyncArm, fedAsyncMetrics } from "../../harness/fed-async.ts";
import { SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

export const experiment: Experiment = {
  title: "FedAsync with and without the hinge discount",
  conditions: [
    {
      name: "clients up to twenty times as fast as others",
      arms: [
        fedAsyncArm("no discount"),
        fedAsyncArm("hinge of the paper: a = 10, b = 4", { discount: staleness.hinge() }),
        fedAsyncArm("hinge at the usual age: a = 10, b = 19", { discount: staleness.hinge({ grace: 19 }) }),
      ],
    },
  ],
  metrics: fedAsyncMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
