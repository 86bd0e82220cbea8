/**
 * Are some of the numbers in a few bits as good as some of the numbers, or all of them in a few bits?
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

const topK = codec.topK({ ratio: 0.1 });
const fourBits = codec.qsgd({ bits: 4, bucket: 64 });
const inFourBits = codec.chain({ sparsifier: topK, quantiser: fourBits });
const remembering = { keeping: feedback.errorFeedback() } as const;

export const experiment: Experiment = {
  title: "Some of the numbers in a few bits each, against either alone",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        codecArm("qsgd, 4 bits", fourBits),
        codecArm("top-k 10%, error feedback", topK, remembering),
        codecArm("top-k 10% in 4 bits, error feedback", inFourBits, remembering),
        codecArm(
          "top-k 10% as signs, error feedback",
          codec.chain({ sparsifier: topK, quantiser: codec.sign({ bucket: 64 }) }),
          remembering,
        ),
        codecArm("top-k 10% in 4 bits, coded, error feedback", codec.entropy({ codec: inFourBits }), remembering),
        codecArm("top-k 10% in 4 bits, without", inFourBits),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
