/**
 * What a hosted run leaves behind, as simulated runs do.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { type RunResult, resultOf } from "@potluck/scenario";
import type { HostedRun } from "./hosted-run.ts";
import type { TrainedStage } from "./measurer.ts";

const UNSHARED = { use: () => ({ saturatedSeconds: 0, peakBytesPerSecond: 0 }) };
const NO_COSTS = { conversions: 0, failed: 0, flops: 0, seconds: 0, meanDistance: null };

/** The result of a run so far, which has taken so long. */
export async function resultOfRun(run: HostedRun, stage: TrainedStage, seconds: Seconds): Promise<RunResult> {
  const { state, measurer } = run;
  await measurer.settled();
  return resultOf({
    simulation: {
      clock: "wall",
      stage,
      machine: state.machine,
      now: state.at,
      events: state.number,
      ending: state.ended?.ending ?? null,
      failures: new Map(),
      notes: { tasks: new Map(), out: new Map(), asked: new Map() },
      converter: { costs: () => NO_COSTS },
      links: { up: UNSHARED, down: UNSHARED },
    },
    stage,
    gauge: measurer.gauge(),
    checkpoint: null,
    wallSeconds: () => seconds,
  });
}
