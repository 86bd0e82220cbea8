/**
 * Do control variates keep local steps from drifting apart?
 *
 * @module
 */
import { feedback } from "@potluck/core";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { controlledArm, controlledCondition, controlledMetrics } from "../../harness/controlled.ts";
import type { Experiment } from "../../harness/experiment.ts";

export const experiment: Experiment = {
  title: "Local steps with and without control variates",
  conditions: [
    {
      name: controlledCondition,
      arms: [controlledArm("FedAvg"), controlledArm("SCAFFOLD", { feedback: feedback.scaffold() })],
    },
  ],
  metrics: controlledMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS.slice(0, 6),
};
