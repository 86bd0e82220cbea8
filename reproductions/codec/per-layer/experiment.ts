/**
 * Is it better to choose the largest numbers of every layer than those of the whole model?
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Arm, Experiment } from "../../harness/experiment.ts";

const keeping = { keeping: feedback.errorFeedback() } as const;

function bothWays(name: string, upload: ReturnType<typeof codec.topK>): readonly Arm[] {
  return [
    codecArm(`${name}, whole model`, upload, keeping),
    codecArm(`${name}, per layer`, codec.perLayer({ codec: upload }), keeping),
    codecArm(`${name}, per layer, biases too`, codec.perLayer({ codec: upload, dense: "none" }), keeping),
  ];
}

export const experiment: Experiment = {
  title: "The largest numbers of every layer, and those of the whole model",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        ...bothWays("top-k, 10%", codec.topK({ ratio: 0.1 })),
        ...bothWays("top-k, 1%", codec.topK({ ratio: 0.01 })),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
