/**
 * FedAsync moves the model towards the one that a client sends; a sum of deltas moves it by what the client changed. Which is
 * better, which is calmer, and what does a discount do to either?
 *
 * @module
 */
import { aggregation, staleness } from "@potluck/core";
import type { Condition, Experiment } from "../../harness/experiment.ts";
import { fedAsyncArm, fedAsyncMetrics } from "../../harness/fed-async.ts";
import { SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

function condition(name: string, discount: ReturnType<typeof staleness.constant>): Condition {
  return {
    name,
    arms: [
      fedAsyncArm("sum of deltas", { discount, change: aggregation.sum() }),
      fedAsyncArm("mixing of models", { discount }),
    ],
  };
}

export const experiment: Experiment = {
  title: "mixing of models against summing of deltas",
  conditions: [
    condition("no discount of stale updates", staleness.constant()),
    condition("polynomial discount, a = 0.5", staleness.polynomial()),
  ],
  metrics: fedAsyncMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
