/**
 * What a page of a comparison says, whatever shows it: sentences, and tables as text.
 *
 * @module
 */
import type { Enemy } from "@potluck/core";
import { standingText } from "./amounts.ts";
import { type Arms, outcomesOf, seedsOf } from "./arms.ts";
import type { Comparison } from "./comparison.ts";
import { contrasts, pairingSentence } from "./contrasts.ts";
import { bytes, counted, duration } from "./format.ts";
import { type Metric, moments } from "./metrics.ts";
import type { LeftOut } from "./recorded-arms.ts";
import { bestOf, type Row, type Standing } from "./standings.ts";
import type { Table } from "./table.ts";
import type { Verdict } from "./verdicts.ts";
import {
  cellsOf,
  lossText,
  meanAndSpread,
  momentText,
  noLossText,
  NOT_COMPARABLE,
  type ScoreLine,
  scoreLines,
} from "./words.ts";

/** How runs were paired, what spreads and intervals are, and which clock is meant. */
export function introductionTo({ arms }: Comparison): string {
  return `${pairingSentence(arms)} ${spreadSentence(seedsOf(arms).length)} ${clockSentence(arms)}`;
}

function spreadSentence(seeds: number): string {
  return seeds === 1
    ? "One seed tells no spread and no interval, and decides nothing."
    : "Numbers are means ± the standard deviation over seeds; differences are paired by seed, with the 95 % interval of Student's t.";
}

function clockSentence(arms: Arms): string {
  const clocks = new Set(outcomesOf(arms).map(({ clock = "virtual" }) => clock));
  if (clocks.size > 1) return MIXED_CLOCKS;
  return clocks.has("wall") ? "All times are of the wall clock." : "All times are virtual.";
}

const MIXED_CLOCKS = "Some times are virtual and others of the wall clock: they do not measure the same thing.";

/** What an arm loses by, enemy by enemy; a sentence alone where it loses to nobody. */
export interface VerdictText {
  readonly arm: string;
  readonly losses: readonly { readonly enemy: Enemy; readonly text: string }[];
  /** What is said where there are no losses. */
  readonly none: string;
}

/** The verdict on each arm, in their order. */
export function verdictTexts({ arms, verdicts }: Comparison): readonly VerdictText[] {
  const none = noLossText(seedsOf(arms).length);
  return verdicts.map(({ arm, losses }) => ({ arm, losses: lossesByEnemy(losses), none }));
}

function lossesByEnemy(losses: Verdict["losses"]): VerdictText["losses"] {
  return [...Map.groupBy(losses, ({ enemy }) => enemy)].map(([enemy, lost]) => ({
    enemy,
    text: lost.map(lossText).join("; "),
  }));
}

/** The moments at which models are compared. */
export type ModelMoment = keyof typeof moments;

/** How good the models of the arms are at a moment. */
export function momentTable(comparison: Comparison, moment: ModelMoment): Table {
  const shown = cellsOf(comparison, moments[moment]);
  return {
    caption: captionOf(comparison, moment),
    columns: ["arm", ...shown.flatMap(({ metric: { name } }) => [name, "difference"])],
    rows: comparison.arms.map(({ name }, at) => [name, ...shown.flatMap(({ cells }) => cells[at] ?? [])]),
  };
}

function captionOf({ ends }: Comparison, moment: ModelMoment): string {
  switch (moment) {
    case "time":
      return `At equal virtual time: ${duration(ends.virtualSeconds)}, where the first run ends`;
    case "bytes":
      return `At equal bytes: ${bytes(ends.bytes)} both ways, all that the thriftiest run sent`;
    case "end":
      return "At the end of each run";
  }
}

/** A cell of the scorecards: "best" of its row, "lost" where another arm is better and it is not chance, or neither. */
export interface ScoreCell {
  readonly text: string;
  readonly mark: "best" | "lost" | null;
}

/** A row of the scorecards. */
export interface ScoreRow {
  readonly key: string;
  readonly name: string;
  /** When it was read: "at 120 updates". */
  readonly when: string;
  /** In the order of the arms. */
  readonly cells: readonly ScoreCell[];
  /** How many seeds would decide; nothing where nothing is to be said. */
  readonly note: string;
}

/** The scores by an enemy. */
export interface EnemyRows {
  readonly enemy: Enemy;
  readonly rows: readonly ScoreRow[];
}

const ENEMIES: readonly Enemy[] = ["starvation", "delay", "unfair share", "bottleneck"];

/** The scorecards side by side. */
export function scoreRows(comparison: Comparison): readonly EnemyRows[] {
  const lines = scoreLines(comparison);
  return ENEMIES.map((enemy) => ({
    enemy,
    rows: lines.filter(({ metric }) => metric.enemy === enemy).map((line) => scoreRow(line, comparison)),
  }));
}

/** How the scorecards are read, and what their marks mean. */
export function scoresSentence({ ends: { updates } }: Comparison): string {
  return `What adds up over a run is read at equal updates: ${counted(updates, "update")} in a model, all that the run with fewest used. The best of a row is bold; a score is red where another arm is better, or gets there on more seeds, at the 5% level, corrected for the number of scores.`;
}

function scoreRow({ metric, row, note }: ScoreLine, comparison: Comparison): ScoreRow {
  return {
    key: metric.key,
    name: `${metric.name}${metric.unit === "seconds" ? " (virtual)" : ""}`,
    when: momentText(metric, comparison.ends),
    cells:
      row === null ? comparison.arms.map(() => ({ text: NOT_COMPARABLE, mark: null })) : scoreCells(row, comparison),
    note,
  };
}

function scoreCells({ metric, standings }: Row, { verdicts }: Comparison): readonly ScoreCell[] {
  const best = bestOf(metric, standings);
  const isAsGood = (standing: Standing): boolean =>
    best !== undefined && standingText(metric, standing) === standingText(metric, best);
  const isOpen = standings.every(isAsGood) || standings.some(({ measured }) => measured.includes(false));
  return standings.map((standing) => {
    const isBest = !isOpen && isAsGood(standing);
    const mark = hasLost(verdicts, standing, metric) ? "lost" : isBest ? "best" : null;
    return { text: meanAndSpread(metric, standing), mark };
  });
}

function hasLost(verdicts: readonly Verdict[], { arm }: Standing, metric: Metric): boolean {
  const verdict = verdicts.find((one) => one.arm === arm);
  return verdict?.losses.some((loss) => loss.metric === metric) === true;
}

/** The settings in which the arms, or their runs, differ; null where they are all the same. */
export function settingsTable({ arms }: Comparison): Table | null {
  const different = contrasts(arms);
  if (different.length === 0) return null;
  return {
    caption: "Settings in which the arms, or their runs, differ",
    columns: ["setting", ...arms.map(({ name }) => name)],
    rows: different.map(({ setting, values }) => [setting, ...values.map((value) => value ?? "")]),
  };
}

/** What the arms were trained on, in a sentence. */
export function dataSentence({ arms }: Comparison): string {
  const [{ name, runs }] = arms;
  const { data, clients, seed } = runs[0].outcome;
  return `${data.name}: ${counted(data.trainExamples, "training example")} among ${counted(clients.length, "client")} (arm ${name}, seed ${seed}).`;
}

/** The runs that were compared. */
export function runsTable({ arms }: Comparison): Table {
  const rows = arms.flatMap(({ name, runs }) =>
    runs.map(({ run, seed, outcome }) => [run, name, String(seed), outcome.status, outcome.modelHash.slice(0, 16)]),
  );
  return { caption: "Runs", columns: ["run", "arm", "seed", "status", "model hash"], rows };
}

/** The runs that were to be compared and could not be; null where there are none. */
export function leftOutTable(leftOut: readonly LeftOut[]): Table | null {
  if (leftOut.length === 0) return null;
  const rows = leftOut.map(({ run, arm, seed, why }) => [run, arm, String(seed), why]);
  return { caption: "Runs that are left out", columns: ["run", "arm", "seed", "why"], rows };
}
