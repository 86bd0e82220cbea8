/**
 * What a hosted run leaves behind, as simulated runs do.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { type RunResult, resultOf } from "@potluck/scenario";
import type { Measurer, TrainedStage } from "./measurer.ts";
import type { RunState } from "./run-state.ts";

const UNSHARED = { use: () => ({ saturatedSeconds: 0, peakBytesPerSecond: 0 }) };
const NO_COSTS = { conversions: 0, failed: 0, flops: 0, seconds: 0, meanDistance: null };

/** The result of a run so far, which has taken so long. */
export async function resultOfRun(
  stage: TrainedStage,
  { state, measurer }: { readonly state: RunState; readonly measurer: Measurer },
  seconds: Seconds,
): Promise<RunResult> {
  await measurer.settled();
  return resultOf({
    simulation: {
      clock: "wall",
      stage,
      machine: state.machine,
      now: state.at,
      events: state.number,
      ending: state.ended?.ending ?? null,
      failures: state.failures,
      notes: state.notes,
      converter: { costs: () => NO_COSTS },
      links: { up: UNSHARED, down: UNSHARED },
    },
    stage,
    gauge: measurer.gauge(),
    checkpoint: null,
    wallSeconds: () => seconds,
  });
}
