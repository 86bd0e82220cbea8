/**
 * A comparison: for every number the mean and the spread of each arm, and the paired difference from the first arm.
 *
 * @module
 */
import type { Enemy } from "@potluck/core";
import { type Arm, type Arms, type CommonEnds, commonEnds } from "./arms.ts";
import { type Metric, metrics } from "./metrics.ts";
import { deviationOf, type Difference, meanOf, pairedDifference } from "./statistics.ts";

/** A number of an arm over its seeds. */
export interface Standing {
  readonly arm: string;
  /** By seed; null where the run has no such number. */
  readonly values: readonly (number | null)[];
  /** Over the seeds that have the number; null if none has. */
  readonly mean: number | null;
  readonly deviation: number | null;
  /** From the first arm; null for that one itself, and unless both arms have the number for every seed. */
  readonly difference: Difference | null;
}

/** A number of all arms. */
export interface Row {
  readonly metric: Metric;
  /** In the order of the arms. */
  readonly standings: readonly Standing[];
}

/** Arms with all that was compared. */
export interface Comparison {
  readonly arms: Arms;
  readonly ends: CommonEnds;
  /** In the order of {@link metrics}; a number that no run has is left out. */
  readonly rows: readonly Row[];
  /** In the order of the arms. */
  readonly verdicts: readonly Verdict[];
}

/** What an arm loses to an enemy by. */
export interface Loss {
  readonly enemy: Enemy;
  readonly metric: Metric;
  readonly mean: number;
  /** The arm that does best, and how well. */
  readonly best: string;
  readonly bestMean: number;
}

/** To which enemies an arm loses. */
export interface Verdict {
  readonly arm: string;
  readonly losses: readonly Loss[];
}

/** Compares arms. */
export function compareArms(arms: Arms): Comparison {
  const ends = commonEnds(arms);
  const rows = metrics
    .map((metric) => ({ metric, standings: standingsOf(metric, arms, ends) }))
    .filter(({ standings }) => standings.some(({ mean }) => mean !== null));
  const verdicts = arms.map(({ name }) => ({ arm: name, losses: rows.flatMap((row) => lossesOf(row, name)) }));
  return { arms, ends, rows, verdicts };
}

function standingsOf(metric: Metric, arms: Arms, ends: CommonEnds): readonly Standing[] {
  const valuesOf = ({ runs }: Arm): readonly (number | null)[] => runs.map(({ outcome }) => metric.of(outcome, ends));
  const [first] = arms;
  const base = valuesOf(first);
  return arms.map((arm) => {
    const values = valuesOf(arm);
    const known = values.filter((value) => value !== null);
    return {
      arm: arm.name,
      values,
      mean: known.length === 0 ? null : meanOf(known),
      deviation: deviationOf(known),
      difference: arm === first ? null : differenceOf(values, base),
    };
  });
}

/** The paired difference, if both arms have the number for every seed. */
function differenceOf(values: readonly (number | null)[], others: readonly (number | null)[]): Difference | null {
  return values.every(isKnown) && others.every(isKnown) ? pairedDifference(values, others) : null;
}

function isKnown(value: number | null): value is number {
  return value !== null;
}

/**
 * What an arm loses by in one number: another arm does best, and the whole 95 % interval of their paired difference is on
 * the wrong side of 0. One seed has no interval, so nothing is lost by it.
 */
function lossesOf({ metric, standings }: Row, arm: string): readonly Loss[] {
  const { enemy } = metric;
  const own = standings.find((standing) => standing.arm === arm);
  const best = bestOf(metric, standings);
  if (enemy === null || own === undefined || best === undefined || own === best) return [];
  if (own.mean === null || best.mean === null || !isWorse(metric, own, best)) return [];
  return [{ enemy, metric, mean: own.mean, best: best.arm, bestMean: best.mean }];
}

function isWorse({ better }: Metric, own: Standing, best: Standing): boolean {
  const difference = differenceOf(own.values, best.values);
  if (difference === null || difference.low === null || difference.high === null) return false;
  return better === "higher" ? difference.high < 0 : difference.low > 0;
}

/** The arm with the best mean, the earlier one of equals; undefined if none has one. */
export function bestOf({ better }: Metric, standings: readonly Standing[]): Standing | undefined {
  const sign = better === "higher" ? -1 : 1;
  const known = standings.flatMap((standing) => (standing.mean === null ? [] : [{ standing, mean: standing.mean }]));
  return known.toSorted((a, b) => sign * (a.mean - b.mean))[0]?.standing;
}
