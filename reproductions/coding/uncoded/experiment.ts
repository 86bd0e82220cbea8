/**
 * How long does a round without a code take, by the number of workers that it waits for?
 *
 * @module
 */
import { coding } from "@potluck/core";
import { byChance, codedSetting, exactLoss, secondsPerJob, SEEDS, TUNING_SEEDS } from "../../harness/coded-bench.ts";
import type { Arm, Experiment } from "../../harness/experiment.ts";

function armOf(workers: number): Arm {
  const run = { coding: coding.uncoded(), secondsPerLoad: 0.5, slowness: byChance(0.1), steps: 40, examples: 480 };
  return { name: `${workers} workers`, grid: [codedSetting({ ...run, workers })] };
}

export const experiment: Experiment = {
  title: "rounds without a code, by the number of workers",
  conditions: [
    { name: "one answer in ten is four seconds late", arms: [armOf(2), armOf(4), armOf(8), armOf(16), armOf(48)] },
  ],
  metrics: [secondsPerJob, exactLoss],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
