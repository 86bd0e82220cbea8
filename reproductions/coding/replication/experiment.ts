/**
 * Does replication end rounds sooner than no code, and than gradient coding of the same load?
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
import type { Arm, Experiment } from "../../harness/experiment.ts";

function armOf(name: string, own: CodedRun["coding"]): Arm {
  const run = { coding: own, secondsPerLoad: 0.5, slowness: byChance(0.1), steps: 20, examples: 240 };
  return { name, grid: [codedSetting(run)] };
}

export const experiment: Experiment = {
  title: "replication against no code and against gradient coding",
  conditions: [
    {
      name: "one answer in ten is four seconds late, 24 workers",
      arms: [
        armOf("uncoded", coding.uncoded()),
        armOf("gradient coding, s = 1", coding.gradientCoding({ tolerated: 1 })),
        armOf("replication, r = 2", coding.replication({ copies: 2 })),
        armOf("gradient coding, s = 3", coding.gradientCoding({ tolerated: 3 })),
        armOf("replication, r = 4", coding.replication({ copies: 4 })),
      ],
    },
  ],
  metrics: [secondsPerJob, loadOfWorker, exactLoss],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
