/**
 * Metrics: how a model does, from the losses, weights and ranks that an evaluation gave. Only what counts is counted.
 * Where nothing counts, there is no mean and no share: the metric is null, never a number that is none.
 *
 * @module
 */
import { Fault, invariant, valueText } from "@potluck/core";

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
 * Throws Fault "training-failed", which names the row, where a loss is not finite; a row has `scoresPerExample` of them.
 */
export function totalLoss(
  losses: ArrayLike<number>,
  weights: ArrayLike<number> | null,
  scoresPerExample: number = 1,
): LossTotal {
  invariant(weights === null || weights.length === losses.length, "one weight for each loss");
  let [lossSum, weightSum] = [0, 0];
  for (let at = 0; at < losses.length; at++) {
    const loss = losses[at] ?? Number.NaN;
    if (!Number.isFinite(loss)) throw notFinite(loss, at, scoresPerExample);
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

/** The share of what counts whose right class is among the first `k`, a whole number ≥ 1. Throws Fault "option-invalid". */
export function topKAccuracy({ ranks, weights }: Hits, k: number): number | null {
  checkCount("topKAccuracy", "k", k);
  invariant(weights === null || weights.length === ranks.length, "one weight for each rank");
  let [hits, total] = [0, 0];
  for (let at = 0; at < ranks.length; at++) {
    if (!counts(weights, at)) continue;
    total += 1;
    if (Number(ranks[at]) < k) hits += 1;
  }
  return total === 0 ? null : hits / total;
}

/**
 * The accuracy of each of `classes` classes. Throws Fault "option-invalid" where that is no number of classes, and
 * "data-invalid", which names the place, for a label that is none of them.
 */
export function classAccuracies({ ranks, weights, labels }: LabelledHits, classes: number): readonly ClassAccuracy[] {
  checkCount("classAccuracies", "classes", classes);
  invariant(labels.length === ranks.length, "one label for each rank");
  const correct = new Array<number>(classes).fill(0);
  const totals = new Array<number>(classes).fill(0);
  for (let at = 0; at < ranks.length; at++) {
    if (!counts(weights, at)) continue;
    const label = Number(labels[at]);
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) throw noClass(label, at, classes);
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

function checkCount(where: string, option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  const message = `${where}: ${option} must be a whole number ≥ 1, got ${valueText(value)}`;
  throw new Fault("option-invalid", message, `Change ${option}.`);
}

function noClass(label: number, at: number, classes: number): Fault {
  return new Fault(
    "data-invalid",
    `the label at place ${at} is ${label}, and the classes are 0 to ${classes - 1}`,
    "Give the number of classes that the model tells apart, or the weight 0 to what shall not count.",
  );
}

function notFinite(loss: number, at: number, scoresPerExample: number): Fault {
  const place = scoresPerExample === 1 ? "" : ` (at its place ${at % scoresPerExample})`;
  return new Fault(
    "training-failed",
    `the loss of row ${Math.floor(at / scoresPerExample)}${place} is ${loss}`,
    "Look for parameters or features that are not finite; a smaller learning rate may help.",
  );
}
