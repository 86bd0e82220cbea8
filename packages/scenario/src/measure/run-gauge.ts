/**
 * The gauge of a run, which tells how far the run is.
 *
 * @module
 */
import { present, type Seconds } from "@potluck/core";
import { type Gauge, gaugeOf, type GaugeState } from "./gauge.ts";
import { distanceToAsked } from "./optimum.ts";
import type { Progress } from "../result/result.ts";
import type { Stage, TrainingStage } from "../stage/stage.ts";

/** Who hears of progress, and how long the run has taken. */
export interface Told {
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly wallSeconds: () => Seconds;
}

/** The gauge that goes on from `state`. */
export function runGauge(
  stage: Stage & { readonly training: TrainingStage },
  { onProgress, wallSeconds }: Told,
  state: GaugeState,
): Gauge {
  const { plan, evaluateEvery = 1 } = stage.scenario;
  const versions = present(plan.settings["versions"], "the number of versions");
  return gaugeOf(
    {
      training: stage.training,
      distanceToOptimum: (published) => distanceToAsked(stage, published),
      evaluateEvery,
      onMeasured: (measurement) => onProgress?.({ measurement, versions, wallSeconds: wallSeconds() }),
    },
    state,
  );
}
