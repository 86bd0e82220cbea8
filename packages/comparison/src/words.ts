/**
 * Numbers of a comparison in words: with their unit, their spread, and the interval of their difference.
 *
 * @module
 */
import { targetWords } from "./held-out.ts";
import { bytes, counted, duration } from "./format.ts";
import { amount, meanText, seedsText, standingText } from "./amounts.ts";
import type { CommonEnds } from "./arms.ts";
import type { Comparison } from "./comparison.ts";
import { type Metric, scoreMetrics } from "./metrics.ts";
import { SEEDS_TO_DECIDE } from "./significance.ts";
import type { Row, Standing } from "./standings.ts";
import type { Loss, Verdict } from "./verdicts.ts";

type Unit = Metric["unit"];

/** Mean and spread: "84.3% ± 0.5%"; with the number of seeds where not all have the number; "not measured" where none was. */
export function meanAndSpread(metric: Metric, standing: Standing): string {
  if (!standing.measured.includes(true)) return "not measured";
  const { mean, deviation } = standing;
  const spread = mean === null || deviation === null ? "" : ` ± ${amount(metric.unit, deviation)}`;
  return `${meanText(metric, mean)}${spread}${seedsText(standing)}`;
}

/** What is said of a number that does not measure the same thing in all arms. */
export const NOT_COMPARABLE = "not comparable";

/** A number in a table: for each arm two cells, what it is and its difference from the first arm. */
export interface NumberCells {
  readonly metric: Metric;
  /** In the order of the arms. */
  readonly cells: readonly (readonly [number: string, difference: string])[];
}

/** Those of `metrics` that a comparison has, in cells, with those that cannot be compared. */
export function cellsOf({ arms, rows, incomparable }: Comparison, metrics: readonly Metric[]): readonly NumberCells[] {
  return metrics.flatMap((metric): readonly NumberCells[] => {
    if (incomparable.includes(metric)) return [{ metric, cells: arms.map(() => [NOT_COMPARABLE, ""]) }];
    const own = rows.filter((row) => row.metric === metric);
    return own.map(({ standings }) => ({
      metric,
      cells: standings.map((standing) => [meanAndSpread(metric, standing), differenceText(metric, standing)]),
    }));
  });
}

/** What "not measured" means, where a comparison says so; else nothing. */
export function unmeasuredSentence({ rows }: Comparison): string {
  const isComplete = rows.every(({ standings }) => standings.every(({ measured }) => !measured.includes(false)));
  return isComplete
    ? ""
    : "Not measured: the last measurement of the run lies before half of the moment, so nothing is decided by it. A smaller evaluateEvery measures more often.";
}

/** A difference with its interval: "+1.2 points (+0.3 to +2.1)"; with its seeds where it is not over all; nothing for none. */
export function differenceText({ unit }: Metric, { difference, values }: Standing): string {
  if (difference === null) return "";
  const { mean, low, high, pairs } = difference;
  const interval = low === null || high === null ? [] : [`${signed(unit, low)} to ${signed(unit, high)}`];
  const seeds = pairs === values.length ? [] : [`${pairs} of ${counted(values.length, "seed")}`];
  const inBrackets = [...interval, ...seeds].join("; ");
  return `${signed(unit, mean)}${unit === "share" ? " points" : ""}${inBrackets === "" ? "" : ` (${inBrackets})`}`;
}

/** A number with its sign, shares in points of a hundred. */
function signed(unit: Unit, value: number): string {
  const size = Math.abs(value);
  const text = unit === "share" ? (100 * size).toFixed(1) : amount(unit, size);
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** When a number is read: "at the end", "at 120 updates", "at 80.0%" of the target. */
export function momentText({ moment }: Metric, { virtualSeconds, bytes: size, updates, target }: CommonEnds): string {
  switch (moment) {
    case "time":
      return `at ${duration(virtualSeconds)}`;
    case "bytes":
      return `at ${bytes(size)}`;
    case "updates":
      return `at ${counted(updates, "update")}`;
    case "target":
      return `at ${targetWords(target)}`;
    case "end":
      return "at the end";
  }
}

/** What is lost by, beside what the best arm has: "idle time 50.0%, b 10.0%". */
export function lossText({ metric, own, best }: Loss): string {
  const [lost, kept] = [own, best].map((standing) => standingText(metric, standing));
  return `${metric.name} ${lost}, ${best.arm} ${kept}`;
}

/** To which enemies an arm loses, and by what: "delay (idle time 50.0%, b 10.0%)". */
export function verdictText({ losses }: Verdict, seeds: number): string {
  if (losses.length === 0) return noLossText(seeds);
  return [...Map.groupBy(losses, ({ enemy }) => enemy)]
    .map(([enemy, lost]) => `${enemy} (${lost.map(lossText).join("; ")})`)
    .join(", ");
}

/** What is said, on so many seeds, of an arm that loses to nobody. */
export function noLossText(seeds: number): string {
  return seeds < SEEDS_TO_DECIDE
    ? `none of the four enemies: fewer than ${SEEDS_TO_DECIDE} seeds decide nothing`
    : "none of the four enemies at the 5% level, corrected for the number of scores";
}

/** A score in a table. */
export interface ScoreLine {
  readonly metric: Metric;
  /** How the arms stand, in their order; null where they cannot be compared. */
  readonly row: Row | null;
  /** "too few seeds to decide: 9 are needed"; nothing where nothing is to be said. */
  readonly note: string;
}

/** The scores of a comparison, in their order, with those that cannot be compared. */
export function scoreLines({ rows, incomparable, verdicts }: Comparison): readonly ScoreLine[] {
  return scoreMetrics.flatMap((metric): readonly ScoreLine[] => {
    if (incomparable.includes(metric)) return [{ metric, row: null, note: "" }];
    const own = rows.filter((row) => row.metric === metric);
    return own.map((row) => ({ metric, row, note: undecidedText(metric, verdicts) }));
  });
}

function undecidedText(metric: Metric, verdicts: readonly Verdict[]): string {
  const open = verdicts.flatMap(({ undecided }) => undecided.filter((one) => one.metric === metric));
  if (open.length === 0) return "";
  return `too few seeds to decide: ${Math.max(...open.map(({ seedsNeeded }) => seedsNeeded))} are needed`;
}
