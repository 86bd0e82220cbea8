/**
 * Does a polynomial discount of stale updates make FedAsync better or calmer?
 *
 * @module
 */
import { staleness } from "@potluck/core";
import type { Experiment } from "../../harness/experiment.ts";
import { fedAsyncArm, fedAsyncMetrics } from "../../harness/fed-async.ts";
import { SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

/** One task in six takes four and a half times as long as usual, one in forty twenty times. */
const RANDOM_TIMES = { spread: 0, computeNoise: 1.5 } as const;

export const experiment: Experiment = {
  title: "FedAsync with and without the polynomial discount",
  conditions: [
    {
      name: "clients up to twenty times as fast as others",
      arms: [fedAsyncArm("no discount"), fedAsyncArm("polynomial, a = 0.5", { discount: staleness.polynomial() })],
    },
    {
      name: "clients of the same speed: all updates are 19 versions old",
      arms: [
        fedAsyncArm("no discount", { spread: 0 }),
        fedAsyncArm("polynomial, a = 0.5", { spread: 0, discount: staleness.polynomial() }),
      ],
    },
    {
      name: "times drawn anew for every task, alike for all: age says nothing about the client",
      arms: [
        fedAsyncArm("no discount", RANDOM_TIMES),
        fedAsyncArm("polynomial, a = 0.5", { ...RANDOM_TIMES, discount: staleness.polynomial() }),
      ],
    },
  ],
  metrics: fedAsyncMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
