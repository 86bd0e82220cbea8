/**
 * Metrics: how a model does, from the losses, weights and ranks that an evaluation gave. Only what counts is counted.
 * Where nothing counts, there is no mean and no share: the metric is null, never a number that is none.
 *
 * @module
 */
import { Fault, invariant } from "@potluck/core";

/** Whole numbers as graphs give them or as people write them. */
export type WholeNumbers = ArrayLike<number> | ArrayLike<bigint>;

/** Sums of losses. Those of several evaluations can be added. */
export interface LossTotal {
  /** Σ of the losses of what counts. */
  readonly lossSum: number;
  /** How much counts. */
  readonly weightSum: number;
}

/** Whether the right class was found, thing by thing. */
export interface Hits {
  /** How many classes come before the right one: 0 is a hit. */
  readonly ranks: WholeNumbers;
  /** As many; 1 for what counts and 0 for what does not; null: everything counts. */
  readonly weights: ArrayLike<number> | null;
}

/** The same with the right classes. */
export interface LabelledHits extends Hits {
  /** As many as the ranks; those of what does not count may be anything. */
  readonly labels: WholeNumbers;
}

/** Hits among the things of one class. */
export interface ClassAccuracy {
  readonly correct: number;
  readonly total: number;
  /** correct ÷ total; null where the class does not occur. */
  readonly accuracy: number | null;
}

/**
 * The sums of `losses`, which are 0 where their weight is 0, added in their order; `weights` null = each counts 1.
 * Throws Fault "training-failed" where a loss is not finite.
 */
export function totalLoss(losses: ArrayLike<number>, weights: ArrayLike<number> | null): LossTotal {
  invariant(weights === null || weights.length === losses.length, "one weight for each loss");
  let [lossSum, weightSum] = [0, 0];
  for (let at = 0; at < losses.length; at++) {
    const loss = losses[at] ?? Number.NaN;
    if (!Number.isFinite(loss)) throw notFinite(at, loss);
    lossSum += loss;
    weightSum += weights === null ? 1 : (weights[at] ?? 0);
  }
  return { lossSum, weightSum };
}

/** The loss of the average thing; null where nothing counts. */
export function meanLossOf({ lossSum, weightSum }: LossTotal): number | null {
  return weightSum === 0 ? null : lossSum / weightSum;
}

/** e to the mean loss: among how many equally likely classes the model still hesitates; null where nothing counts. */
export function perplexity(total: LossTotal): number | null {
  const mean = meanLossOf(total);
  return mean === null ? null : Math.exp(mean);
}

/** The share of what counts whose right class is the first. */
export function accuracy(hits: Hits): number | null {
  return topKAccuracy(hits, 1);
}

/** The share of what counts whose right class is among the first `k`, a whole number ≥ 1. */
export function topKAccuracy({ ranks, weights }: Hits, k: number): number | null {
  invariant(Number.isInteger(k) && k >= 1, `k is a whole number ≥ 1, got ${k}`);
  invariant(weights === null || weights.length === ranks.length, "one weight for each rank");
  let [hits, total] = [0, 0];
  for (let at = 0; at < ranks.length; at++) {
    if (!counts(weights, at)) continue;
    total += 1;
    if (Number(ranks[at]) < k) hits += 1;
  }
  return total === 0 ? null : hits / total;
}

/** The accuracy of each of `classes` classes. */
export function classAccuracies({ ranks, weights, labels }: LabelledHits, classes: number): readonly ClassAccuracy[] {
  invariant(labels.length === ranks.length, "one label for each rank");
  const correct = new Array<number>(classes).fill(0);
  const totals = new Array<number>(classes).fill(0);
  for (let at = 0; at < ranks.length; at++) {
    if (!counts(weights, at)) continue;
    const label = Number(labels[at]);
    invariant(Number.isInteger(label) && label >= 0 && label < classes, `labels in [0, ${classes}), got ${label}`);
    totals[label] = (totals[label] ?? 0) + 1;
    if (Number(ranks[at]) === 0) correct[label] = (correct[label] ?? 0) + 1;
  }
  return totals.map((total, label) => {
    const hits = correct[label] ?? 0;
    return { correct: hits, total, accuracy: total === 0 ? null : hits / total };
  });
}

function counts(weights: ArrayLike<number> | null, at: number): boolean {
  return weights === null || weights[at] !== 0;
}

function notFinite(at: number, loss: number): Fault {
  return new Fault(
    "training-failed",
    `the loss at place ${at} is ${loss}`,
    "Look for parameters or features that are not finite; a smaller learning rate may help.",
  );
}
