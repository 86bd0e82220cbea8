/**
 * What does it cost to leave stragglers out, and what does it bring?
 *
 * @module
 */
import { coding } from "@potluck/core";
import {
  always,
  byChance,
  type CodedRun,
  codedSetting,
  meanAccuracy,
  meanLoss,
  secondsPerJob,
  SEEDS,
  type Slowness,
  TUNING_SEEDS,
} from "../../harness/coded-bench.ts";
import type { Arm, Condition, Experiment } from "../../harness/experiment.ts";
import { secondsToLoss } from "../../harness/time-metrics.ts";

function condition(name: string, slowness: Slowness): Condition {
  const armOf = (arm: string, own: CodedRun["coding"]): Arm => {
    const run = { coding: own, secondsPerLoad: 8, slowness, steps: 20, models: 2, examples: 240, measuredEvery: 1 };
    return { name: arm, grid: [codedSetting(run)] };
  };
  return {
    name,
    arms: [
      armOf("M-SGC (1, 2, 24)", coding.mSgc({ burst: 1, window: 2, most: 24 })),
      armOf("uncoded", coding.uncoded()),
      armOf("6 ignored", coding.ignoringStragglers({ ignored: 6 })),
    ],
  };
}

export const experiment: Experiment = {
  title: "ignoring stragglers against exact gradients",
  conditions: [
    condition("chance decides who is late: one answer in ten", byChance(0.1)),
    condition("six of the workers are always late", always(6)),
  ],
  metrics: [secondsPerJob, secondsToLoss(1), meanLoss, meanAccuracy],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
