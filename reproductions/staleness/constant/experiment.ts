/**
 * What does no discount at all spare the slow clients, where deltas are summed and models are mixed?
 *
 * @module
 */
import { aggregation, staleness } from "@potluck/core";
import type { Experiment } from "../../harness/experiment.ts";
import { fedAsyncArm, fedAsyncMetrics } from "../../harness/fed-async.ts";
import { SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

const change = aggregation.sum();

export const experiment: Experiment = {
  title: "what a discount costs the slow clients",
  conditions: [
    {
      name: "deltas are summed; clients up to twenty times as fast as others",
      arms: [
        fedAsyncArm("no discount", { change }),
        fedAsyncArm("polynomial, a = 0.5", { change, discount: staleness.polynomial() }),
        fedAsyncArm("hinge: a = 10, b = 19", { change, discount: staleness.hinge({ grace: 19 }) }),
      ],
    },
  ],
  metrics: fedAsyncMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
