/**
 * Which enemies an arm loses to: by which scores another arm does better, at the 5 % level, corrected for the number of scores.
 *
 * @module
 */
import type { Enemy } from "@potluck/core";
import { standingText } from "./amounts.ts";
import type { Metric } from "./metrics.ts";
import {
  agreeingProbability,
  areTheSame,
  corrected,
  differenceProbability,
  SEEDS_TO_DECIDE,
  SIGNIFICANCE_LEVEL,
  signProbability,
} from "./significance.ts";
import { bestOf, pairsOf, type Row, type Standing } from "./standings.ts";
import { meanOf } from "./statistics.ts";

/** What an arm loses to an enemy by. */
export interface Loss {
  readonly enemy: Enemy;
  readonly metric: Metric;
  readonly own: Standing;
  /** The arm that does best. */
  readonly best: Standing;
  /** The chance, in [0, 1], of such a difference from an arm that is as good, corrected for the number of scores. */
  readonly probability: number;
}

/** A score by which an arm does worse on every seed by one and the same number, of which there are too few to decide. */
export interface Undecided {
  readonly metric: Metric;
  /** With how many seeds of the same difference it would be decided. */
  readonly seedsNeeded: number;
}

/** To which enemies an arm loses. */
export interface Verdict {
  readonly arm: string;
  readonly losses: readonly Loss[];
  /** What more seeds could decide; nothing on fewer than {@link SEEDS_TO_DECIDE} seeds, which decide nothing at all. */
  readonly undecided: readonly Undecided[];
}

/** A score as a loss that may turn out to be chance. */
interface Candidate extends Loss {
  /** Whether it is worse on every seed by one and the same number, so that more such seeds would decide. */
  readonly isExact: boolean;
}

/** The verdict on an arm by all scores of a comparison. */
export function verdictOn(arm: string, rows: readonly Row[]): Verdict {
  const candidates = rows.flatMap((row) => candidatesOf(arm, row));
  const probabilities = corrected(candidates.map(({ probability }) => probability));
  const losses = candidates.map((candidate, at) => ({ ...candidate, probability: probabilities[at] ?? 1 }));
  const open = losses.filter((loss) => loss.isExact && !isLost(loss));
  const seedsNeeded = open.length === 0 ? 0 : seedsToDecide(candidates);
  return {
    arm,
    losses: losses.filter(isLost),
    undecided: open.map(({ metric }) => ({ metric, seedsNeeded })),
  };
}

function isLost({ probability }: Loss): boolean {
  return probability <= SIGNIFICANCE_LEVEL;
}

/** With how many seeds all exact differences would be decided, the others being what they are. */
function seedsToDecide(candidates: readonly Candidate[]): number {
  for (let seeds = SEEDS_TO_DECIDE; ; seeds++) {
    const exact = agreeingProbability(seeds);
    const probabilities = corrected(candidates.map(({ isExact, probability }) => (isExact ? exact : probability)));
    const areDecided = candidates.every(
      ({ isExact }, at) => !isExact || (probabilities[at] ?? 1) <= SIGNIFICANCE_LEVEL,
    );
    if (areDecided) return seeds;
  }
}

/** A score as a loss that may turn out to be chance; none where nobody has the score, or it is no enemy's. */
function candidatesOf(arm: string, { metric, standings }: Row): readonly Candidate[] {
  const { enemy } = metric;
  const best = bestOf(metric, standings);
  const own = standings.find((standing) => standing.arm === arm);
  if (enemy === null || best === undefined || own === undefined) return [];
  const loss = { enemy, metric, own, best };
  // What prints the same is no loss: a difference that cannot be seen matters to nobody.
  if (standingText(metric, own) === standingText(metric, best)) return [{ ...loss, probability: 1, isExact: false }];
  return [{ ...loss, probability: probabilityOf(metric, own, best), isExact: isWorseAlike(metric, own, best) }];
}

/** Whether an arm is worse than the best by the same number on all seeds, or lacks the number on all of them. */
function isWorseAlike({ better }: Metric, own: Standing, best: Standing): boolean {
  const seeds = own.values.length;
  if (seeds < SEEDS_TO_DECIDE) return false;
  const reached = differencesOf(reachingOf(own), reachingOf(best));
  const areAllWorse = reached.every((difference) => difference < 0) && reached.length === seeds;
  const numbers = differencesOf(own.values, best.values);
  return areAllWorse || (numbers.length === seeds && isWorse(better, numbers) && areTheSame(numbers));
}

/**
 * The chance of being worse than the best by so much, be it by the number, or by having it on fewer seeds. Where both
 * are tested, the smaller chance counts twice.
 */
function probabilityOf(metric: Metric, own: Standing, best: Standing): number {
  const reached = differencesOf(reachingOf(own), reachingOf(best));
  const numbers = differencesOf(own.values, best.values);
  const byNumber = isWorse(metric.better, numbers) ? differenceProbability(numbers) : 1;
  if (reached.every((difference) => difference === 0)) return byNumber;
  const byReaching = isWorse("higher", reached) ? signProbability(reached) : 1;
  return numbers.length < SEEDS_TO_DECIDE ? byReaching : Math.min(1, 2 * Math.min(byNumber, byReaching));
}

/** By seed: 1 where the run has the number, 0 where it has not, null where it was not measured. */
function reachingOf({ values, measured }: Standing): readonly (number | null)[] {
  return values.map((value, at) => (measured[at] !== true ? null : value === null ? 0 : 1));
}

function differencesOf(values: readonly (number | null)[], others: readonly (number | null)[]): readonly number[] {
  return pairsOf(values, others).map(({ value, other }) => value - other);
}

function isWorse(better: Metric["better"], differences: readonly number[]): boolean {
  if (differences.length === 0) return false;
  const mean = meanOf(differences);
  return better === "higher" ? mean < 0 : mean > 0;
}
