/**
 * How much is left to gain in the bytes of other codecs?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

/** What every codec here was best with on its own. */
const tuned = { local: [0.3] } as const;

export const experiment: Experiment = {
  title: "Codecs with their bytes coded by frequency, against the same without",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        codecArm("k-means, 4 bits", codec.kMeans(), tuned),
        codecArm("k-means, 4 bits, coded", codec.entropy({ codec: codec.kMeans() }), tuned),
        codecArm("qsgd, 8 bits, coded", codec.entropy({ codec: codec.qsgd() }), tuned),
        codecArm("ternary, coded", codec.entropy({ codec: codec.ternary() }), tuned),
        codecArm("top-k, 1%, coded", codec.entropy({ codec: codec.topK() }), tuned),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
