/**
 * Does repeating what is missing tolerate as many late workers as a gradient code at less load, and in less time?
 *
 * @module
 */
import { coding } from "@potluck/core";
import {
  byChance,
  type CodedRun,
  codedSetting,
  exactLoss,
  loadOfWorker,
  secondsPerJob,
  SEEDS,
  type Slowness,
  TUNING_SEEDS,
} from "../../harness/coded-bench.ts";
import type { Arm, Condition, Experiment } from "../../harness/experiment.ts";

function condition(name: string, slowness: Slowness): Condition {
  const armOf = (arm: string, own: CodedRun["coding"]): Arm => {
    const run = { coding: own, secondsPerLoad: 8, slowness, steps: 15, models: 2, examples: 240 };
    return { name: arm, grid: [codedSetting(run)] };
  };
  return {
    name,
    arms: [
      armOf("gradient coding, s = 5", coding.gradientCoding({ tolerated: 5 })),
      armOf("SR-SGC, λ = 5 (s = 3)", coding.srSgc({ burst: 1, window: 2, most: 5 })),
      armOf("SR-SGC, λ = 10 (s = 5)", coding.srSgc({ burst: 1, window: 2, most: 10 })),
      armOf("gradient coding, s = 1", coding.gradientCoding({ tolerated: 1 })),
      armOf("SR-SGC, λ = 2 (s = 1)", coding.srSgc({ burst: 1, window: 2, most: 2 })),
    ],
  };
}

export const experiment: Experiment = {
  title: "selective repeat against gradient coding",
  conditions: [
    condition("one answer in ten is late, each on its own", byChance(0.1)),
    condition("one answer in ten is late, three in a row", byChance(0.1, 3)),
  ],
  metrics: [secondsPerJob, loadOfWorker, exactLoss],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
