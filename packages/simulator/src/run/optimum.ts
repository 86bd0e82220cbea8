/**
 * The distance to the optimum, for data of which it is known: from the optimum of the weighting of the clients that was
 * asked for, and from that of the weighting that was realised. A plan with several local steps stays away from both; one
 * with a biased weighting approaches the second.
 *
 * @module
 */
import type { EffectiveObjective } from "@potluck/core";
import { rowsAt } from "@potluck/core";
import type { OptimumDistances } from "./result.ts";
import type { Simulation } from "./simulation.ts";
import type { TrainingStage } from "./stage.ts";

/** What is measured. */
export interface OptimumRequest {
  readonly training: TrainingStage;
  readonly params: Float32Array;
  /** The weightings that were asked for and realised. */
  readonly reached: EffectiveObjective;
}

/**
 * The distances of `params`; null where the data knows no optimum, or not for this loss or a model of so many parameters.
 */
export function optimumDistances(
  { stage, now }: Simulation,
  { training: { dataset, rows, loss }, params, reached }: OptimumRequest,
): OptimumDistances | null {
  const { optimum } = stage.scenario.data;
  if (optimum === undefined || !loss.isSquaredError) return null;
  const distanceFor = (weighting: "asked" | "realised"): number | null => {
    const parts = rows.map((held, id) => ({
      rows: rowsAt(held, now).train,
      weight: reached.clients[id]?.[weighting] ?? 0,
    }));
    const best = optimum(dataset.train, parts);
    return best === null || best.length !== params.length ? null : distance(best, params);
  };
  const toAsked = distanceFor("asked");
  return toAsked === null ? null : { toAsked, toRealised: distanceFor("realised") };
}

function distance(a: Float64Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, x, at) => sum + (x - (b[at] ?? 0)) ** 2, 0));
}
