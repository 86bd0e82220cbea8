/**
 * The distance to the optimum, for data of which it is known: from the optimum of the weighting of the clients that was
 * asked for, and from that of the weighting that was realised. A plan with several local steps stays away from both; one
 * with a biased weighting approaches the second.
 *
 * @module
 */
import { clientId, type EffectiveObjective, rowsAt, type Seconds } from "@potluck/core";
import type { OptimumDistances } from "../result/result.ts";
import type { Stage, TrainingStage } from "../stage/stage.ts";

/** A stage on which something is trained. */
type TrainedStage = Stage & { readonly training: TrainingStage };

/** Parameters, and the instant at which they were published. */
export interface PublishedParams {
  readonly params: Float32Array;
  readonly now: Seconds;
}

/**
 * The distances of parameters under the weightings that a run was asked for and realised; null where the data knows no
 * optimum, or not for this loss or a model of so many parameters.
 */
export function optimumDistances(
  stage: TrainedStage,
  published: PublishedParams,
  { clients }: EffectiveObjective,
): OptimumDistances | null {
  const toAsked = distanceToAsked(stage, published);
  if (toAsked === null) return null;
  const realised = clients.map((client) => client.realised);
  return { toAsked, toRealised: distanceFor(stage, published, realised) };
}

/** The first of these distances at any instant of a run. */
export function distanceToAsked(stage: TrainedStage, published: PublishedParams): number | null {
  if (stage.scenario.data.optimum === undefined) return null;
  const isPerClient = stage.scenario.objective === "per-client";
  const weights = stage.training.rows.map((_, id) => (isPerClient ? 1 : stage.examplesOf(clientId(id), published.now)));
  return distanceFor(stage, published, weights);
}

/** From the optimum for clients that count so much each, on the rows that they hold at that instant. */
function distanceFor(
  { scenario, training: { dataset, rows, loss } }: TrainedStage,
  { params, now }: PublishedParams,
  weights: readonly number[],
): number | null {
  const { optimum } = scenario.data;
  if (optimum === undefined || !loss.isSquaredError) return null;
  const parts = rows.map((held, id) => ({ rows: rowsAt(held, now).train, weight: weights[id] ?? 0 }));
  const best = optimum(dataset.train, parts);
  return best === null || best.length !== params.length ? null : distance(best, params);
}

function distance(a: Float64Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, x, at) => sum + (x - (b[at] ?? 0)) ** 2, 0));
}
