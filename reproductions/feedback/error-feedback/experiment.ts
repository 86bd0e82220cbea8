/**
 * What biased codecs lose, with and without a memory of it, and after equal bytes.
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Arm, Experiment } from "../../harness/experiment.ts";

type Upload = ReturnType<typeof codec.topK>;

const LOCAL = [0.03, 0.1, 0.3] as const;

function bothWays(name: string, upload: Upload): readonly Arm[] {
  return [
    codecArm(name, upload, { local: LOCAL }),
    codecArm(`${name}, kept`, upload, { local: LOCAL, keeping: feedback.errorFeedback() }),
  ];
}

export const experiment: Experiment = {
  title: "What messages lose, lost or kept",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed({ local: LOCAL }),
        ...bothWays("top-k, 10%", codec.topK({ ratio: 0.1 })),
        ...bothWays("top-k, 1%", codec.topK({ ratio: 0.01 })),
        ...bothWays("sign", codec.sign()),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
