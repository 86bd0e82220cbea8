/**
 * Control variates with messages of few bits.
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { controlledArm, controlledCondition, controlledMetrics } from "../../harness/controlled.ts";
import type { Experiment } from "../../harness/experiment.ts";

const twoBits = codec.qsgd({ bits: 2 });

export const experiment: Experiment = {
  title: "Control variates with messages of few bits, right on average",
  conditions: [
    {
      name: controlledCondition,
      arms: [
        controlledArm("SCAFFOLD", { feedback: feedback.scaffold() }),
        controlledArm("FedPAQ, 2 bits", { upload: twoBits }),
        ...[0.1, 0.3].map((damping) =>
          controlledArm(`SCALLION, 2 bits, α = ${damping}`, {
            upload: twoBits,
            feedback: feedback.scallion({ damping }),
          }),
        ),
      ],
    },
  ],
  metrics: controlledMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS.slice(0, 6),
};
