/**
 * Is a random choice, which costs no indices, as good as the largest numbers?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

/** What counts d / k times may need a smaller step of the server. */
const tuning = { local: [0.1, 0.3], server: [0.1, 0.3, 1] } as const;

export const experiment: Experiment = {
  title: "Random numbers against the largest",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(tuning),
        codecArm("rand-k, 10%", codec.randK({ ratio: 0.1 }), tuning),
        codecArm("top-k, 10%", codec.topK({ ratio: 0.1 }), tuning),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
