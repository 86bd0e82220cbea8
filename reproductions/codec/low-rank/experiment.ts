/**
 * How much of a matrix has to be sent, with a memory of the rest?
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Arm, Experiment } from "../../harness/experiment.ts";

const keeping = { keeping: feedback.errorFeedback() } as const;

function ofRank(rank: number, iterations: number, kept: object = keeping): Arm {
  const name = `rank ${rank}, ${iterations} iteration${iterations === 1 ? "" : "s"}${kept === keeping ? ", kept" : ""}`;
  return codecArm(name, codec.perLayer({ codec: codec.lowRank({ rank, iterations }) }), kept);
}

export const experiment: Experiment = {
  title: "Matrices of low rank, with and without a memory of the rest",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(),
        ofRank(1, 1),
        ofRank(2, 1),
        ofRank(4, 1),
        ofRank(1, 4),
        ofRank(2, 4),
        ofRank(2, 1, {}),
        codecArm("top-k, 2%, kept", codec.topK({ ratio: 0.02 }), keeping),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
