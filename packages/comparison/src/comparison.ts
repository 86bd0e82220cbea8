/**
 * A comparison: for every number the standings of the arms, and which enemies each arm loses to.
 *
 * @module
 */
import { type Arms, type CommonEnds, commonEnds } from "./arms.ts";
import { type Metric, metrics } from "./metrics.ts";
import { type Row, standingsOf } from "./standings.ts";
import { type Verdict, verdictOn } from "./verdicts.ts";

/** Arms with all that was compared. */
export interface Comparison {
  readonly arms: Arms;
  readonly ends: CommonEnds;
  /** In the order of {@link metrics}; a number that does not concern these arms, or that no run has, is left out. */
  readonly rows: readonly Row[];
  /** Numbers that are left out since they do not measure the same thing in all arms: losses of different kinds. */
  readonly incomparable: readonly Metric[];
  /** In the order of the arms. */
  readonly verdicts: readonly Verdict[];
}

/** Compares arms. */
export function compareArms(arms: Arms): Comparison {
  const ends = commonEnds(arms);
  const concerning = metrics.filter(({ concerns }) => concerns?.(arms, ends) ?? true);
  const incomparable = concerning.filter(({ isComparable }) => isComparable?.(arms) === false);
  const rows = concerning
    .filter((metric) => !incomparable.includes(metric))
    .map((metric) => ({ metric, standings: standingsOf(metric, arms, ends) }))
    .filter(({ metric, standings }) => metric.moment === "target" || standings.some(({ reached }) => reached > 0));
  return { arms, ends, rows, incomparable, verdicts: arms.map(({ name }) => verdictOn(name, rows)) };
}
