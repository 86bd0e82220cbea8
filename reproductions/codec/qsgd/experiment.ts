/**
 * How few bits are enough, if they are rounded at random?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

export const experiment: Experiment = {
  title: "Stochastic quantisation against float32",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        codecArm("qsgd, 8 bits", codec.qsgd()),
        codecArm("qsgd, 4 bits", codec.qsgd({ bits: 4 })),
        codecArm("qsgd, 2 bits", codec.qsgd({ bits: 2 })),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
