/**
 * Control variates with messages that leave most numbers out, against all other ways to send as little.
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { controlledArm, controlledCondition, controlledMetrics } from "../../harness/controlled.ts";
import type { Experiment } from "../../harness/experiment.ts";

const hundredth = codec.topK({ ratio: 0.01 });

export const experiment: Experiment = {
  title: "Loss against bytes: control variates with a hundredth of the numbers, and what else sends as little",
  conditions: [
    {
      name: controlledCondition,
      arms: [
        controlledArm("SCAFFOLD", { feedback: feedback.scaffold() }),
        controlledArm("FedAvg"),
        controlledArm("FedPAQ, 2 bits", { upload: codec.qsgd({ bits: 2 }) }),
        controlledArm("top-k, 1%", { upload: hundredth }),
        controlledArm("Fed-EF, top-k, 1%", { upload: hundredth, feedback: feedback.errorFeedback() }),
        controlledArm("EF21, top-k, 1%", { upload: hundredth, feedback: feedback.ef21() }),
        ...[0.2, 0.5, 1].map((momentum) =>
          controlledArm(`SCAFCOM, top-k, 1%, β = ${momentum}`, {
            upload: hundredth,
            feedback: feedback.scafcom({ momentum }),
          }),
        ),
      ],
    },
  ],
  metrics: controlledMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS.slice(0, 6),
};
