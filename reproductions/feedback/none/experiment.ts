/**
 * Is anything different with feedback where nothing is lost?
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

const all = codec.topK({ ratio: 1 });

export const experiment: Experiment = {
  title: "Nothing to keep: with feedback and without",
  conditions: [
    {
      name: "all numbers are sent (top-k of ratio 1), twenty clients with label skew, ten of them in each of 25 rounds",
      arms: [
        codecArm("none", all, { local: [0.3] }),
        codecArm("error-feedback", all, { local: [0.3], keeping: feedback.errorFeedback() }),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: [101],
  seeds: SEEDS,
};
