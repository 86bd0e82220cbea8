/**
 * A comparison on the terminal, and as an object for programs.
 *
 * @module
 */
import {
  seedsOf,
  type Comparison,
  pairingSentence,
  glanceTable,
  type Metric,
  moments,
  SEEDS_TO_DECIDE,
  warningsOfArms,
  cellsOf,
  meanAndSpread,
  momentText,
  NOT_COMPARABLE,
  scoreLines,
  unmeasuredSentence,
  verdictText,
  bytes,
  count,
  counted,
  duration,
} from "@potluck/comparison";
import { textTable } from "./text-table.ts";

/** The tables of a comparison. All times are virtual. */
export function comparisonLines(comparison: Comparison): readonly string[] {
  const { arms, ends, verdicts } = comparison;
  const seeds = seedsOf(arms);
  const gaps = unmeasuredSentence(comparison);
  const lines = (heading: string, metrics: readonly Metric[]): readonly string[] => [
    heading,
    "",
    ...indented(momentTable(comparison, metrics)),
    "",
  ];
  return [
    `${counted(arms.length, "arm")}, ${counted(seeds.length, "seed")} (${seeds.join(", ")}). ${pairingSentence(arms)}`,
    spreadSentence(seeds.length, arms[0].name),
    "",
    ...lines(
      `at equal virtual time: ${duration(ends.virtualSeconds)} (virtual), where the first run ends`,
      moments.time,
    ),
    ...lines(`at equal bytes: ${bytes(ends.bytes)} both ways, all that the thriftiest run sent`, moments.bytes),
    ...lines("at the end of each run", moments.end),
    `the four enemies (times are virtual); what adds up over a run at equal updates: ${count(ends.updates)}, all that the run with fewest used`,
    "",
    ...indented(scoreTable(comparison)),
    "",
    ...(gaps === "" ? [] : [gaps, ""]),
    "which enemy each arm loses to: another arm does better, or gets there on more seeds, at the 5% level, corrected for the",
    `number of scores (fewer than ${SEEDS_TO_DECIDE} seeds decide nothing)`,
    "",
    ...indented(
      textTable(
        ["arm", "loses to"],
        verdicts.map((verdict) => [verdict.arm, verdictText(verdict, seeds.length)]),
      ),
    ),
    ...glanceLines(comparison),
  ];
}

/** What is read first, for it stands last on the screen: the time to the target, and who was left hungry. */
function glanceLines(comparison: Comparison): readonly string[] {
  const table = glanceTable(comparison);
  if (table === null) return [];
  return ["", table.caption, "", ...indented(textTable(table.columns, table.rows))];
}

function spreadSentence(seeds: number, first: string): string {
  return seeds === 1
    ? `One seed tells no spread and no interval. Differences are from ${first}.`
    : `Mean ± standard deviation over seeds; differences from ${first} with their 95 % interval (paired, Student's t).`;
}

/** A line for each arm: each number, and its difference from the first arm. */
function momentTable(comparison: Comparison, metrics: readonly Metric[]): readonly string[] {
  const { arms } = comparison;
  const shown = cellsOf(comparison, metrics);
  const headings = shown.flatMap(({ metric }) => [metric.name, `minus ${arms[0].name}`]);
  const lines = arms.map(({ name }, at) => [name, ...shown.flatMap(({ cells }) => cells[at] ?? [])]);
  return textTable(["arm", ...headings], lines);
}

/** A line for each number, a column for each arm. */
function scoreTable(comparison: Comparison): readonly string[] {
  const { arms, ends } = comparison;
  const lines = scoreLines(comparison).map(({ metric, row, note }) => [
    metric.enemy ?? "",
    metric.name,
    momentText(metric, ends),
    ...(row?.standings.map((standing) => meanAndSpread(metric, standing)) ?? arms.map(() => NOT_COMPARABLE)),
    note,
  ]);
  return textTable(["enemy", "score", "when", ...arms.map(({ name }) => name), ""], lines);
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** The object of a comparison. */
export function comparisonObject({
  arms,
  ends,
  rows,
  incomparable,
  verdicts,
}: Comparison): Readonly<Record<string, unknown>> {
  return {
    seeds: seedsOf(arms),
    arms: arms.map(({ name, runs }) => ({ name, runs: runs.map(({ run }) => run) })),
    warnings: warningsOfArms(arms),
    ends,
    numbers: rows.map(({ metric: { key, name, unit, better, enemy, moment }, standings }) => ({
      key,
      name,
      unit,
      better,
      enemy,
      moment,
      arms: standings,
    })),
    notComparable: incomparable.map(({ key }) => key),
    losses: verdicts.map(({ arm, losses, undecided }) => ({
      arm,
      undecided: undecided.map(({ metric: { key }, seedsNeeded }) => ({ key, seedsNeeded })),
      losses: losses.map(({ enemy, metric: { key }, own, best, probability }) => ({
        enemy,
        key,
        mean: own.mean,
        reached: own.reached,
        best: best.arm,
        bestMean: best.mean,
        bestReached: best.reached,
        probability,
      })),
    })),
  };
}
