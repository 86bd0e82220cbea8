/**
 * How arms stand by a number: mean and spread of each, and the paired difference from the first arm.
 *
 * A run without a number, such as the time to a target that it never reached, does worse than any run that has it. So arms
 * are ranked by how many seeds have the number, and by its mean only where that is equal.
 *
 * @module
 */
import type { Arm, Arms, CommonEnds } from "./arms.ts";
import { type MetricValue, UNMEASURED } from "./common-moment.ts";
import type { Metric } from "./metrics.ts";
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

/** The standings of all arms by a number, in the order of the arms. */
export function standingsOf(metric: Metric, arms: Arms, ends: CommonEnds): readonly Standing[] {
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
  const pairs = pairsOf(values, others);
  if (pairs.length === 0) return null;
  return pairedDifference(
    pairs.map(({ value }) => value),
    pairs.map(({ other }) => other),
  );
}

/** A number of two arms on one seed. */
export interface Pair {
  readonly value: number;
  readonly other: number;
}

/** The pairs of two arms, by seed, where both have a number. */
export function pairsOf(values: readonly (number | null)[], others: readonly (number | null)[]): readonly Pair[] {
  return values.flatMap((value, at) => {
    const other = others[at] ?? null;
    return value === null || other === null ? [] : [{ value, other }];
  });
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
