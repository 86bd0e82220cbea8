/**
 * Is anything different where the changes that go down are all of the model?
 *
 * @module
 */
import { codec, download } from "@potluck/core";
import { SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

const all = codec.identity();

export const experiment: Experiment = {
  title: "All of the model, and changes that are all of it",
  conditions: [
    {
      name: "twenty clients with label skew, ten of them in each of 25 rounds",
      arms: [
        codecArm("whole", all, { local: [0.3] }),
        codecArm("changes, identity", all, { local: [0.3], down: download.changes({ codec: codec.identity() }) }),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: [101],
  seeds: SEEDS,
};
