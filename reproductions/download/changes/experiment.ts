/**
 * How much of the model has to go down, beside updates that are compressed already?
 *
 * @module
 */
import { codec, download, feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Arm, Experiment } from "../../harness/experiment.ts";

type Upload = ReturnType<typeof codec.identity>;

const up = codec.chain({ sparsifier: codec.topK({ ratio: 0.1 }), quantiser: codec.qsgd({ bits: 4, bucket: 64 }) });

function down(name: string, by: Upload): Arm {
  return codecArm(`${name} down`, up, {
    keeping: feedback.errorFeedback(),
    down: download.changes({ codec: by }),
  });
}

export const experiment: Experiment = {
  title: "The changes of the model, and all of it",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        codecArm("all down", up, { keeping: feedback.errorFeedback() }),
        down("float16", codec.float16()),
        down("top-k 10%", codec.topK({ ratio: 0.1 })),
        down("top-k 10% in 4 bits", up),
        down("top-k 1%", codec.topK({ ratio: 0.01 })),
        down("signs", codec.sign()),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
