/**
 * How many late workers are worth tolerating, and is what is decoded exact?
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
  TUNING_SEEDS,
} from "../../harness/coded-bench.ts";
import type { Arm, Condition, Experiment } from "../../harness/experiment.ts";
import { secondsToLoss } from "../../harness/time-metrics.ts";

function condition(secondsPerLoad: number): Condition {
  const armOf = (arm: string, own: CodedRun["coding"]): Arm => {
    const run = { coding: own, secondsPerLoad, slowness: byChance(0.1), steps: 20, examples: 480, measuredEvery: 1 };
    return { name: arm, grid: [codedSetting(run)] };
  };
  const codes = [1, 2, 4, 6].map((tolerated) => armOf(`s = ${tolerated}`, coding.gradientCoding({ tolerated })));
  return {
    name: `a whole gradient takes a worker ${secondsPerLoad} s`,
    arms: [armOf("uncoded", coding.uncoded()), ...codes],
  };
}

export const experiment: Experiment = {
  title: "gradient codes by how many late workers they tolerate",
  conditions: [condition(0.5), condition(8), condition(32)],
  metrics: [secondsPerJob, secondsToLoss(1), loadOfWorker, exactLoss],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
