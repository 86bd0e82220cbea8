/**
 * Accuracy against virtual time: how fast the model learns, and when it reached its target.
 *
 * @module
 */
import { dot, gridY, line, type PlotOptions, ruleY, text } from "@observablehq/plot";
import { decimal, duration, percent, timeUnit } from "../format.ts";
import type { Report, ReportEvaluation } from "../report.ts";
import { ALERT, type Figure, frame, INK, MAIN, RULE } from "./chart.ts";

/** Points are drawn one by one up to so many, beyond it the line stands alone. */
const DOTS_LIMIT = 80;

/** The chart of accuracy against virtual time. */
export function accuracyChart(report: Report): Figure {
  const { evaluations } = report;
  const last = evaluations.at(-1);
  return {
    title: "Accuracy on held-out data against virtual time",
    note: last === undefined ? "No version of the model was evaluated." : noteOf(report, last),
    draw: last === undefined ? null : (width) => plotOf(report, last, width),
    table: {
      caption: "Evaluated versions of the model",
      columns: ["version", "virtual time", "wall time", "accuracy", "loss"],
      rows: evaluations.map(({ version, virtualSeconds, wallSeconds, accuracy, loss }) => [
        String(version),
        duration(virtualSeconds),
        duration(wallSeconds),
        percent(accuracy),
        decimal(loss),
      ]),
    },
  };
}

function noteOf({ evaluations, targetAccuracy }: Report, last: ReportEvaluation): string {
  const ends = `Version ${last.version} recognises ${percent(last.accuracy)} after ${duration(last.virtualSeconds)} of virtual time.`;
  if (targetAccuracy === null) return ends;
  const reached = evaluations.find(({ accuracy }) => accuracy >= targetAccuracy);
  if (reached === undefined) return `${ends} The target of ${percent(targetAccuracy)} was not reached.`;
  return `${ends} The target of ${percent(targetAccuracy)} was first met by version ${reached.version}, after ${duration(reached.virtualSeconds)}.`;
}

function plotOf(report: Report, last: ReportEvaluation, width: number): PlotOptions {
  const { evaluations, targetAccuracy } = report;
  const unit = timeUnit(last.virtualSeconds);
  const points = evaluations.map(({ virtualSeconds, accuracy }) => ({ x: virtualSeconds / unit.factor, y: accuracy }));
  const end = points.slice(-1);
  return {
    ...frame,
    width,
    height: 300,
    marginRight: 52,
    x: {
      label: `virtual ${unit.name}`,
      labelAnchor: "right",
      labelArrow: "none",
      domain: [0, last.virtualSeconds > 0 ? last.virtualSeconds / unit.factor : 1],
      nice: false,
    },
    y: { domain: [0, 100], percent: true, label: "accuracy (%)", labelArrow: "none", ticks: 5 },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      ...targetMarks(targetAccuracy),
      line(points, { x: "x", y: "y", stroke: MAIN, strokeWidth: 2 }),
      ...(points.length <= DOTS_LIMIT ? [dot(points, { x: "x", y: "y", r: 2, fill: MAIN })] : []),
      dot(end, { x: "x", y: "y", r: 4, fill: MAIN }),
      text(end, {
        x: "x",
        y: "y",
        text: ({ y }: { y: number }) => percent(y),
        textAnchor: "start",
        dx: 8,
        fill: INK,
        fontWeight: 600,
      }),
    ],
  };
}

function targetMarks(target: number | null): NonNullable<PlotOptions["marks"]> {
  if (target === null) return [];
  return [
    ruleY([target], { stroke: ALERT, strokeDasharray: "4 3" }),
    text([target], {
      y: (y: number) => y,
      frameAnchor: "left",
      text: () => `target ${percent(target)}`,
      dy: -7,
      dx: 4,
      textAnchor: "start",
      fill: ALERT,
    }),
  ];
}
