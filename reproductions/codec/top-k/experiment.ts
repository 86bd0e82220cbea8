/**
 * How few numbers are enough, without error feedback?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

export const experiment: Experiment = {
  title: "The largest numbers against all",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        codecArm("top-k, 10%", codec.topK({ ratio: 0.1 })),
        codecArm("top-k, 1%", codec.topK({ ratio: 0.01 })),
        codecArm("top-k, 0.1%", codec.topK({ ratio: 0.001 })),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
