/**
 * Control variates with messages of few bits.
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { controlledArm, controlledCondition, controlledMetrics } from "../../harness/controlled.ts";
import type { Experiment } from "../../harness/experiment.ts";

const ofBits = (bits: 2 | 4) => [
  controlledArm(`FedPAQ, ${bits} bits`, { upload: codec.qsgd({ bits }) }),
  ...[0.1, 0.3, 1].map((damping) =>
    controlledArm(`SCALLION, ${bits} bits, α = ${damping}`, {
      upload: codec.qsgd({ bits }),
      feedback: feedback.scallion({ damping }),
    }),
  ),
];

export const experiment: Experiment = {
  title: "Control variates with messages of few bits, right on average",
  conditions: [
    {
      name: controlledCondition,
      arms: [controlledArm("SCAFFOLD", { feedback: feedback.scaffold() }), ...ofBits(4), ...ofBits(2)],
    },
  ],
  metrics: controlledMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS.slice(0, 6),
};
