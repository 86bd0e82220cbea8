/**
 * Accuracy against virtual time: how fast the model learns, and when it reached its target.
 *
 * @module
 */
import { counted, decimal, duration, percent } from "@potluck/comparison";
import { axisY, dot, gridY, line, type PlotOptions, ruleY, text } from "@observablehq/plot";
import { runTime, wholeTime } from "../clock-words.ts";
import type { Report, ReportEvaluation } from "../report.ts";
import { type Axis, axisOf, inPercent, pointsOf } from "./accuracy-axis.ts";
import { ALERT, type Figure, frame, INK, MAIN, RULE } from "./chart.ts";
import { timeAxis, timeScale } from "./time-axis.ts";

/** Points are drawn one by one up to so many, beyond it the line stands alone. */
const DOTS_LIMIT = 80;

/** The share of the axis at its upper end where its own label leaves no room. */
const CROWDED = 0.06;

/** The chart of accuracy against virtual time. */
export function accuracyChart(report: Report): Figure {
  const { evaluations } = report;
  const last = evaluations.at(-1);
  return {
    title: `Accuracy on held-out data against ${runTime(report)}`,
    note: last === undefined ? "No version of the model was evaluated." : `${noteOf(report, last)}${cutNote(report)}`,
    draw: last === undefined ? null : (width) => plotOf(report, last, width),
    table: {
      caption: "Evaluated versions of the model",
      columns: ["version", runTime(report), wholeTime(report), "accuracy", "loss"],
      rows: evaluations.map(({ version, virtualSeconds, wallSeconds, accuracy, loss }) => [
        String(version),
        duration(virtualSeconds),
        duration(wallSeconds),
        percent(accuracy),
        decimal(loss),
      ]),
    },
    data: {
      name: "accuracy",
      columns: ["version", "virtualSeconds", "wallSeconds", "updatesUsed", "accuracy", "loss"],
      rows: evaluations.map(({ version, virtualSeconds, wallSeconds, updatesUsed, accuracy, loss }) => [
        version,
        virtualSeconds,
        wallSeconds,
        updatesUsed,
        accuracy,
        loss,
      ]),
    },
  };
}

function noteOf(report: Report, last: ReportEvaluation): string {
  const { evaluations, targetAccuracy } = report;
  const ends = `Version ${last.version} recognises ${percent(last.accuracy)} after ${duration(last.virtualSeconds)} of ${runTime(report)}.`;
  if (targetAccuracy === null) return ends;
  const reached = firstToReach(targetAccuracy, evaluations);
  if (reached === undefined) return `${ends} The target of ${percent(targetAccuracy)} was not reached.`;
  return `${ends} The target of ${percent(targetAccuracy)} was first met by version ${reached.version}, after ${duration(reached.virtualSeconds)}.`;
}

/** What the axis leaves out, in words. */
function cutNote(report: Report): string {
  const { from } = axisOf(report);
  const below = report.evaluations.filter((evaluation) => inPercent(evaluation) < from).length;
  if (below === 0) return "";
  return ` The axis begins at ${from}%: ${counted(below, "early version")} ${below === 1 ? "lies" : "lie"} below it.`;
}

function firstToReach(target: number | null, evaluations: readonly ReportEvaluation[]): ReportEvaluation | undefined {
  return target === null ? undefined : evaluations.find(({ accuracy }) => accuracy !== null && accuracy >= target);
}

function plotOf(report: Report, last: ReportEvaluation, width: number): PlotOptions {
  const { evaluations, targetAccuracy } = report;
  const time = timeAxis(last.virtualSeconds, report);
  const axis = axisOf(report);
  const x = ({ virtualSeconds }: ReportEvaluation): number => virtualSeconds / time.secondsPerUnit;
  const y = inPercent;
  const reached = firstToReach(targetAccuracy, evaluations);
  const above = evaluations.filter((evaluation) => y(evaluation) >= axis.from);
  const label = `accuracy (%)${axis.from > 0 ? `; axis from ${axis.from}%` : ""}`;
  return {
    ...frame,
    width,
    height: 300,
    marginRight: 52,
    x: timeScale(time),
    y: { domain: [axis.from, axis.to] },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisY({ label, labelArrow: "none", ticks: 5 }),
      ...targetMarks(targetAccuracy, axis),
      line(pointsOf(evaluations, time.secondsPerUnit, axis), { x: "x", y: "y", stroke: MAIN, strokeWidth: 2 }),
      ...(evaluations.length <= DOTS_LIMIT ? [dot(above, { x, y, r: 2, fill: MAIN })] : []),
      dot(
        evaluations.filter((evaluation) => evaluation === reached),
        { x, y, r: 6, stroke: ALERT },
      ),
      dot([last], { x, y, r: 4, fill: MAIN }),
      text([last], {
        x,
        y,
        text: ({ accuracy }: ReportEvaluation) => percent(accuracy),
        textAnchor: "start",
        dx: 10,
        fill: INK,
        fontWeight: 600,
      }),
    ],
  };
}

/** The target with its label above it, or below it where the label of the axis is above. */
function targetMarks(target: number | null, { from, to }: Axis): NonNullable<PlotOptions["marks"]> {
  if (target === null) return [];
  const isHigh = 100 * target > to - CROWDED * (to - from);
  return [
    ruleY([100 * target], { stroke: ALERT, strokeDasharray: "4 3" }),
    text([100 * target], {
      y: (y: number) => y,
      frameAnchor: "left",
      text: () => `target ${percent(target)}`,
      dy: isHigh ? 8 : -7,
      dx: 4,
      textAnchor: "start",
      fill: ALERT,
    }),
  ];
}
