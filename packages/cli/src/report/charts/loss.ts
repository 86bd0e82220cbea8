/**
 * Loss against virtual time, for runs whose loss has no accuracy: how fast the model learns, and when it reached its
 * target.
 *
 * @module
 */
import { decimal, duration, type Table } from "@potluck/comparison";
import { axisY, dot, gridY, line, type PlotOptions, ruleY, text } from "@observablehq/plot";
import { runTime, wholeTime } from "../clock-words.ts";
import type { Report, ReportEvaluation } from "../report.ts";
import { rmseUnit } from "../rmse-unit.ts";
import { ALERT, type Figure, frame, INK, MAIN, RULE } from "./chart.ts";
import { isSteep, lossLabel } from "./loss-axis.ts";
import { timeAxis, timeScale } from "./time-axis.ts";

/** The chart of loss against virtual time. */
export function lossChart(report: Report): Figure {
  const { evaluations } = report;
  const last = evaluations.at(-1);
  return {
    title: `Loss on held-out data against ${runTime(report)}`,
    note:
      last === undefined ? "No version of the model was evaluated." : `${noteOf(report, last)}${optimumNote(report)}`,
    draw: last === undefined ? null : (width) => plotOf(report, last, width),
    table: tableOf(report),
    data: {
      name: "loss",
      columns: ["version", "virtualSeconds", "wallSeconds", "updatesUsed", "loss", "rmse", "r2"],
      rows: evaluations.map(({ version, virtualSeconds, wallSeconds, updatesUsed, loss, rmse, r2 }) => [
        version,
        virtualSeconds,
        wallSeconds,
        updatesUsed,
        loss,
        rmse ?? null,
        r2 ?? null,
      ]),
    },
  };
}

function tableOf(report: Report): Table {
  const { evaluations, plan } = report;
  const unit = rmseUnit(plan);
  const hasFit = evaluations.some(({ rmse }) => rmse !== undefined);
  const fitOf = ({ rmse, r2 }: ReportEvaluation): readonly string[] =>
    hasFit ? [decimal(rmse ?? null), decimal(r2 ?? null)] : [];
  return {
    caption: "Evaluated versions of the model",
    columns: [
      "version",
      runTime(report),
      wholeTime(report),
      "loss",
      ...(hasFit ? [unit === "" ? "RMSE" : `RMSE in${unit}`, "R²"] : []),
    ],
    rows: evaluations.map((evaluation) => [
      String(evaluation.version),
      duration(evaluation.virtualSeconds),
      duration(evaluation.wallSeconds),
      decimal(evaluation.loss),
      ...fitOf(evaluation),
    ]),
  };
}

function noteOf(report: Report, last: ReportEvaluation): string {
  const { evaluations, targetLoss } = report;
  const fit = last.r2 === undefined ? "" : `, an R² of ${decimal(last.r2)}`;
  const ends = `Version ${last.version} has a loss of ${decimal(last.loss)}${fit}, after ${duration(last.virtualSeconds)} of ${runTime(report)}.`;
  if (targetLoss === undefined) return ends;
  const reached = evaluations.find(({ loss }) => loss <= targetLoss);
  if (reached === undefined) return `${ends} The target of ${decimal(targetLoss)} was not reached.`;
  return `${ends} The target of ${decimal(targetLoss)} was first met by version ${reached.version}, after ${duration(reached.virtualSeconds)}.`;
}

/** How far from the optimum the run has ended, in words. */
function optimumNote({ optimum }: Report): string {
  if (optimum === undefined) return "";
  const { toAsked, toRealised } = optimum;
  const realised =
    toRealised === null ? "" : ` and ${decimal(toRealised)} from that of the weighting that was realised`;
  return ` The last model is ${decimal(toAsked)} away from the optimum of the weighting that was asked for${realised}.`;
}

function plotOf(report: Report, last: ReportEvaluation, width: number): PlotOptions {
  const { evaluations, targetLoss } = report;
  const time = timeAxis(last.virtualSeconds, report);
  const losses = [...evaluations.map(({ loss }) => loss), ...(targetLoss === undefined ? [] : [targetLoss])];
  const isLogarithmic = isSteep(losses);
  const x = ({ virtualSeconds }: ReportEvaluation): number => virtualSeconds / time.secondsPerUnit;
  return {
    ...frame,
    width,
    height: 300,
    marginLeft: 64,
    marginRight: 64,
    x: timeScale(time),
    y: isLogarithmic ? { type: "log" } : { zero: true },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisY({ label: lossLabel(isLogarithmic), labelArrow: "none", ticks: 5 }),
      ...targetMarks(targetLoss),
      line(evaluations, { x, y: "loss", stroke: MAIN, strokeWidth: 2 }),
      dot([last], { x, y: "loss", r: 4, fill: MAIN }),
      text([last], {
        x,
        y: "loss",
        text: ({ loss }: ReportEvaluation) => decimal(loss),
        textAnchor: "start",
        dx: 10,
        fill: INK,
        fontWeight: 600,
      }),
    ],
  };
}

function targetMarks(target: number | undefined): NonNullable<PlotOptions["marks"]> {
  if (target === undefined) return [];
  return [
    ruleY([target], { stroke: ALERT, strokeDasharray: "4 3" }),
    text([target], {
      y: (y: number) => y,
      frameAnchor: "left",
      text: () => `target ${decimal(target)}`,
      dy: -7,
      dx: 4,
      textAnchor: "start",
      fill: ALERT,
    }),
  ];
}
