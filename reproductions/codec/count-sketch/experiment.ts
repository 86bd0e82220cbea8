/**
 * How good is a model for the bytes of sketches, and how much smaller do steps have to be?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";
import { bySize, RATES } from "./arms.ts";

export const experiment: Experiment = {
  title: "Sketches against random and largest numbers of as many bytes",
  conditions: [
    {
      name: "digits, a network, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(RATES),
        ...bySize("count-sketch", (ratio) => codec.countSketch({ ratio }), RATES),
        codecArm("count-sketch, 1/20, 4 rows", codec.countSketch({ ratio: 1 / 20, rows: 4 }), RATES),
        ...bySize("rand-k", (ratio) => codec.randK({ ratio }), RATES),
        ...bySize("top-k, kept", "largest", RATES),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
