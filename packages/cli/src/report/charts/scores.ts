/**
 * The scorecard over time: the scores that can be read off a run at any instant, as they stood at each evaluated version.
 *
 * @module
 */
import { decimal, duration, percent, spreadToEnd } from "@potluck/comparison";
import { axisX, axisY, gridY, line, type PlotOptions } from "@observablehq/plot";
import { runTime } from "../clock-words.ts";
import type { Report, ReportEvaluation } from "../report.ts";
import { colourLegend, tierColour } from "../tiers.ts";
import { EVALUATIONS_SHOWN_LIMIT, type Figure, frame, RULE } from "./chart.ts";
import { type TimeAxis, timeAxis } from "./time-axis.ts";

/** A score in [0, 1]; null where there was nothing to score. */
interface Course {
  readonly name: string;
  readonly of: (evaluation: ReportEvaluation) => number | null;
}

/** The chart of the scores over virtual time. */
export function scoresChart(report: Report): Figure {
  const { evaluations } = report;
  const courses = coursesOf(report);
  const shown = spreadToEnd(evaluations, EVALUATIONS_SHOWN_LIMIT);
  const last = evaluations.at(-1);
  const isDrawn = last !== undefined && evaluations.length > 1;
  return {
    title: "The scorecard over time",
    note: isDrawn ? noteOf(courses, last) : "No two versions of the model were evaluated.",
    draw: isDrawn
      ? (width) => plotOf(courses, { evaluations: shown, width, time: timeAxis(last.virtualSeconds, report) })
      : null,
    legend: colourLegend(
      courses.map(({ name }) => name),
      "Colours of the scores",
    ),
    table: {
      caption: shown.length < evaluations.length ? "Scores up to some versions" : "Scores up to each evaluated version",
      columns: ["version", runTime(report), ...courses.map(({ name }) => name), "staleness, 95 of 100"],
      rows: shown.map((evaluation) => [
        String(evaluation.version),
        duration(evaluation.virtualSeconds),
        ...courses.map(({ of }) => textOf(of(evaluation), percent)),
        textOf(evaluation.scores.stalenessP95, decimal),
      ]),
    },
    data: {
      name: "scores",
      columns: ["version", "virtualSeconds", "updatesUsed", ...SCORES],
      rows: evaluations.map(({ version, virtualSeconds, updatesUsed, scores }) => [
        version,
        virtualSeconds,
        updatesUsed,
        ...SCORES.map((score) => scores[score]),
      ]),
    },
  };
}

/** The scores as they are called in files. */
const SCORES = [
  "clientsNeverUsed",
  "participationFairness",
  "stalenessP95",
  "idleShare",
  "contributionGap",
  "objectiveBias",
  "wastedWorkShare",
  "bytesLost",
] as const;

function coursesOf({ clients }: Report): readonly Course[] {
  return [
    { name: "clients never used", of: ({ scores }) => scores.clientsNeverUsed / Math.max(1, clients.length) },
    { name: "participation fairness", of: ({ scores }) => scores.participationFairness },
    { name: "idle time", of: ({ scores }) => scores.idleShare },
    { name: "contribution gap", of: ({ scores }) => scores.contributionGap },
    { name: "objective bias", of: ({ scores }) => scores.objectiveBias },
    { name: "wasted work", of: ({ scores }) => scores.wastedWorkShare },
  ];
}

function textOf(value: number | null, text: (value: number) => string): string {
  return value === null ? "" : text(value);
}

function noteOf(courses: readonly Course[], last: ReportEvaluation): string {
  const ends = courses.map(({ name, of }) => `${name} ${textOf(of(last), percent) || "nothing"}`).join(", ");
  return `How the run would have scored had it ended there. At the last version: ${ends}. Of participation fairness more is better, of all others less. Clients never used and the gaps get less with every update by chance alone.`;
}

function plotOf(
  courses: readonly Course[],
  { evaluations, width, time }: { evaluations: readonly ReportEvaluation[]; width: number; time: TimeAxis },
): PlotOptions {
  return {
    ...frame,
    width,
    height: 280,
    marginRight: 16,
    x: { domain: time.domain },
    y: { domain: [0, 100] },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({ label: time.label, labelAnchor: "right", labelArrow: "none", ticks: width < 500 ? 4 : 8 }),
      axisY({ label: "score (%)", labelArrow: "none", ticks: 5 }),
      ...courses.map(({ of }, at) =>
        line(evaluations, {
          x: ({ virtualSeconds }: ReportEvaluation) => virtualSeconds / time.secondsPerUnit,
          y: (evaluation: ReportEvaluation) => 100 * (of(evaluation) ?? Number.NaN),
          stroke: tierColour(at),
          strokeWidth: 2,
        }),
      ),
    ],
  };
}
