/**
 * A comparison: for every number the mean and the spread of each arm, and the paired difference from the first arm.
 *
 * A run without a number, such as the time to a target that it never reached, does worse than any run that has it. So arms
 * are ranked by how many seeds have the number, and by its mean only where that is equal.
 *
 * @module
 */
import type { Enemy } from "@potluck/core";
import { type Arm, type Arms, type CommonEnds, commonEnds } from "./arms.ts";
import { type MetricValue, UNMEASURED } from "./common-moment.ts";
import { type Metric, metrics } from "./metrics.ts";
import { deviationOf, type Difference, meanOf, pairedDifference } from "./statistics.ts";

/** A number of an arm over its seeds. */
export interface Standing {
  readonly arm: string;
  /** By seed; null where the run has no such number, or it is not known. */
  readonly values: readonly (number | null)[];
  /** By seed: whether the number is known; not where the run was not measured near the moment. */
  readonly measured: readonly boolean[];
  /** How many seeds have the number. */
  readonly reached: number;
  /** Over the seeds that have the number; null if none has. */
  readonly mean: number | null;
  readonly deviation: number | null;
  /** From the first arm, over the seeds for which both have the number; null for that arm itself, and if there are none. */
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
  /** In the order of {@link metrics}; a number that does not concern these arms, or that no run has, is left out. */
  readonly rows: readonly Row[];
  /** In the order of the arms. */
  readonly verdicts: readonly Verdict[];
}

/** What an arm loses to an enemy by. */
export interface Loss {
  readonly enemy: Enemy;
  readonly metric: Metric;
  readonly own: Standing;
  /** The arm that does best. */
  readonly best: Standing;
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
    .filter(({ concerns }) => concerns?.(arms, ends) ?? true)
    .map((metric) => ({ metric, standings: standingsOf(metric, arms, ends) }))
    .filter(({ metric, standings }) => metric.moment === "target" || standings.some(({ reached }) => reached > 0));
  const losses = Map.groupBy(rows.flatMap(lossesOf), ({ own }) => own.arm);
  const verdicts = arms.map(({ name }) => ({ arm: name, losses: losses.get(name) ?? [] }));
  return { arms, ends, rows, verdicts };
}

function standingsOf(metric: Metric, arms: Arms, ends: CommonEnds): readonly Standing[] {
  const readingsOf = ({ runs }: Arm): readonly MetricValue[] => runs.map(({ outcome }) => metric.of(outcome, ends));
  const [first] = arms;
  const base = readingsOf(first).map(numberOf);
  return arms.map((arm) => {
    const readings = readingsOf(arm);
    const values = readings.map(numberOf);
    const known = values.filter((value) => value !== null);
    return {
      arm: arm.name,
      values,
      measured: readings.map((reading) => reading !== UNMEASURED),
      reached: known.length,
      mean: known.length === 0 ? null : meanOf(known),
      deviation: deviationOf(known),
      difference: arm === first ? null : differenceOf(values, base),
    };
  });
}

function numberOf(value: MetricValue): number | null {
  return value === UNMEASURED ? null : value;
}

/** The paired difference over the seeds for which both arms have the number; null if there are none. */
function differenceOf(values: readonly (number | null)[], others: readonly (number | null)[]): Difference | null {
  const pairs = values.flatMap((value, at) => {
    const other = others[at] ?? null;
    return value === null || other === null ? [] : [{ value, other }];
  });
  if (pairs.length === 0) return null;
  return pairedDifference(
    pairs.map(({ value }) => value),
    pairs.map(({ other }) => other),
  );
}

/**
 * Who loses by one number: another arm does best, and the whole 95 % interval of a paired difference is on the
 * wrong side of 0, be it that of the number, or that of how many seeds have it. One seed has no interval, so nothing is
 * lost by it.
 */
function lossesOf({ metric, standings }: Row): readonly Loss[] {
  const { enemy } = metric;
  const best = bestOf(metric, standings);
  if (enemy === null || best === undefined) return [];
  return standings
    .filter((own) => own !== best && isWorse(metric, own, best))
    .map((own) => ({ enemy, metric, own, best }));
}

function isWorse({ better }: Metric, own: Standing, best: Standing): boolean {
  if (isBeyondDoubt(differenceOf(reachingOf(own), reachingOf(best)), "higher")) return true;
  return isBeyondDoubt(differenceOf(own.values, best.values), better);
}

/** By seed: 1 where the run has the number, 0 where it has not, null where it was not measured. */
function reachingOf({ values, measured }: Standing): readonly (number | null)[] {
  return values.map((value, at) => (measured[at] !== true ? null : value === null ? 0 : 1));
}

/** Whether a difference from the best is on the wrong side of 0 with all of its interval. */
function isBeyondDoubt(difference: Difference | null, better: Metric["better"]): boolean {
  if (difference === null || difference.low === null || difference.high === null) return false;
  return better === "higher" ? difference.high < 0 : difference.low > 0;
}

/** The standing of the arm that does best, the earlier one of equals; undefined if no run has the number. */
export function bestOf(metric: Metric, standings: readonly Standing[]): Standing | undefined {
  return ranking(metric, standings).find(({ reached }) => reached > 0);
}

/** Standings, best first: by how many seeds have the number, then by its mean; equals in their order. */
export function ranking({ better }: Metric, standings: readonly Standing[]): readonly Standing[] {
  const sign = better === "higher" ? -1 : 1;
  return standings.toSorted((a, b) => b.reached - a.reached || sign * ((a.mean ?? 0) - (b.mean ?? 0)));
}
