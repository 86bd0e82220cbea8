/**
 * Are three values enough?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

export const experiment: Experiment = {
  title: "Ternary quantisation against float32",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        codecArm("ternary, buckets of 512", codec.ternary()),
        codecArm("ternary, buckets of 64", codec.ternary({ bucket: 64 })),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
