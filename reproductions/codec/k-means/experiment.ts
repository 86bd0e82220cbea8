/**
 * Do a few centres that fit the numbers keep what evenly spaced levels lose?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

export const experiment: Experiment = {
  title: "A few centres against float32",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        codecArm("k-means, 4 bits", codec.kMeans()),
        codecArm("k-means, 2 bits", codec.kMeans({ bits: 2 })),
        codecArm("k-means, 1 bit", codec.kMeans({ bits: 1 })),
        codecArm("qsgd, 4 bits", codec.qsgd({ bits: 4 })),
        codecArm("qsgd, 2 bits", codec.qsgd({ bits: 2 })),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
