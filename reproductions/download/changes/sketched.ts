/**
 * What does it cost to sketch what goes down as well as what comes up?
 *
 * @module
 */
import { codec, download } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecArm, codecMetrics, uncompressed } from "../../harness/codecs.ts";
import type { Experiment } from "../../harness/experiment.ts";

const RATES = { local: [0.05, 0.1, 0.2, 0.4] } as const;

const quarter = codec.countSketch({ ratio: 1 / 4 });
const half = codec.countSketch({ ratio: 1 / 2 });
const down = (by: typeof quarter): ReturnType<typeof download.changes> =>
  download.changes({ codec: by, lost: "dropped" });

export const experiment: Experiment = {
  title: "Sketches up and down",
  conditions: [
    {
      name: "digits, twenty clients with label skew (α = 0.3), ten of them in each of 25 rounds",
      arms: [
        uncompressed(RATES),
        codecArm("a quarter up, all down", quarter, RATES),
        codecArm("all up, a quarter down", codec.identity(), { ...RATES, down: down(quarter) }),
        codecArm("a quarter up, a half down", quarter, { ...RATES, down: down(half) }),
        codecArm("a quarter up, a quarter down", quarter, { ...RATES, down: down(quarter) }),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
