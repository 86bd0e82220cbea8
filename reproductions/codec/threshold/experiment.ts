/**
 * Does a threshold in place of a number save bytes?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

export const experiment: Experiment = {
  title: "A threshold against a number",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        codecArm("threshold 0.003", codec.threshold({ threshold: 0.003 })),
        codecArm("threshold 0.01", codec.threshold({ threshold: 0.01 })),
        codecArm("top-k, 1%", codec.topK({ ratio: 0.01 })),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
