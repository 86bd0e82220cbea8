/**
 * Are rotated coordinates better than sketches, random and largest numbers of as many bytes, where the loss is convex?
 *
 * @module
 */
import { codec } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";
import { bySize } from "../count-sketch/arms.ts";

/** Softmax regression: 7,850 numbers, which are filled up to 8,192. */
const convex = { local: [0.1, 0.2, 0.4, 0.8, 1.6], hidden: [] } as const;

export const experiment: Experiment = {
  title: "Rotated coordinates against sketches, random and largest numbers of as many bytes",
  conditions: [
    {
      name: "digits, softmax regression, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(convex),
        ...bySize("srht", (ratio) => codec.srht({ ratio }), convex),
        ...bySize("count-sketch", (ratio) => codec.countSketch({ ratio }), convex),
        ...bySize("rand-k", (ratio) => codec.randK({ ratio }), convex),
        ...bySize("top-k, kept", "largest", convex),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
