/**
 * How smooth the losses of clients are, as clients estimate it, and what that is good for. See `feedback/ef21-w.ts`.
 *
 * @module
 */
import type { Guarantee } from "../codec/codec.ts";
import type { Memory } from "../feedback/feedback.ts";
import type { ClientId } from "./identity.ts";

/** What is known: plain data. */
export interface Smoothness {
  /** The largest estimate of each client: by how much a step changes for every unit by which the parameters do. */
  readonly byClient: Map<ClientId, number>;
  /** The steepness that each client was told with its last task. */
  readonly told: Map<ClientId, number>;
  /** The mean of the estimates when the model was published; null where there was none. */
  mean: number | null;
  /** The most that counts of an estimate, {@link MAX_STEEPNESS} medians of them; null where there was none. */
  most: number | null;
  /** What updates are multiplied with; 1 where steps are as long as clients make them. */
  factor: number;
  readonly sets: NonNullable<Memory["smoothness"]>;
}

/** What the largest step depends on beside smoothness. */
export interface Steps {
  readonly guarantee: Guarantee;
  /** How many parameters the model has. */
  readonly length: number;
}

/** Nothing is known; null where nobody asks. */
export function noSmoothness({ smoothness: sets }: Memory): Smoothness | null {
  return sets === undefined ? null : { byClient: new Map(), told: new Map(), mean: null, most: null, factor: 1, sets };
}

/** A client has said how smooth its loss is: a smoothness is the largest that was ever seen. */
export function noteSmoothness(known: Smoothness | null, client: ClientId, estimate: number | undefined): void {
  if (known === null || estimate === undefined) return;
  known.byClient.set(client, Math.max(estimate, known.byClient.get(client) ?? 0));
}

/** A client begins anew: what it said before is forgotten, as it is by the client. */
export function forgetSmoothness(known: Smoothness | null, client: ClientId): void {
  known?.byClient.delete(client);
}

/** No client counts as steeper than so many times the median: one that claims anything cannot stop the steps of all. */
export const MAX_STEEPNESS = 100;

/** A model is published: what is known now goes with the tasks that start from it. */
export function renewSteepness(known: Smoothness, steps: Steps): void {
  const estimates = Float64Array.from(known.byClient.values()).sort();
  if (estimates.length === 0) return;
  // Of an even number the lower of the two in the middle, which of two clients cannot be the claim of the steeper.
  const most = MAX_STEEPNESS * (estimates[Math.floor((estimates.length - 1) / 2)] ?? 0);
  known.most = most;
  known.mean = estimates.reduce((sum, estimate) => sum + Math.min(estimate, most) / estimates.length, 0);
  if (known.sets === "rate") known.factor = 1 / (known.mean * (1 + penaltyOf(steps)));
}

/** √(β / θ) = √(1 − δ) / (1 − √(1 − δ)): by how much smaller steps have to be because of what a codec leaves out. */
function penaltyOf({ guarantee, length }: Steps): number {
  if (guarantee.kind !== "contractive") return 0;
  const left = Math.sqrt(1 - guarantee.contraction(length));
  return left / (1 - left);
}

/** Steepness is told in multiples of this: estimates know no more, and so those that are alike are the same. */
const GRAIN = 1 / 256;

/** The steepness that goes with a client's next task: 1 of one of which nothing is known. */
export function tell(known: Smoothness, client: ClientId): number {
  const estimate = known.byClient.get(client);
  const ratio =
    estimate === undefined || known.mean === null ? 1 : Math.min(estimate, known.most ?? estimate) / known.mean;
  const steepness = Math.max(GRAIN, Math.round(ratio / GRAIN) * GRAIN);
  known.told.set(client, steepness);
  return steepness;
}

/** The steepness that a client was told with its last task. */
export function toldOf(known: Smoothness | null, client: ClientId): number {
  return known?.told.get(client) ?? 1;
}
