/**
 * Staleness of used updates over time: how many versions of the model were published while clients worked on them.
 *
 * @module
 */
import { largest, counted, spreadToEnd } from "@potluck/comparison";
import { axisX, axisY, gridY, line, type PlotOptions } from "@observablehq/plot";
import { conversionText } from "../conversion-text.ts";
import type { Report, ReportEvaluation, ReportStaleness } from "../report.ts";
import { EVALUATIONS_SHOWN_LIMIT, type Figure, frame, MAIN, RULE } from "./chart.ts";
import { type TimeAxis, timeAxis } from "./time-axis.ts";

/** The chart of staleness over virtual time. */
export function stalenessChart(report: Report): Figure {
  const { evaluations, staleness, conversions } = report;
  const last = evaluations.at(-1);
  const isStale = staleness !== null && staleness.maximum > 0 && last !== undefined;
  return {
    title: "Staleness of used updates",
    note: conversions === undefined ? noteOf(staleness) : `${noteOf(staleness)} ${conversionText(conversions)}.`,
    draw: isStale
      ? (width) =>
          plotOf(spreadToEnd(evaluations, EVALUATIONS_SHOWN_LIMIT), timeAxis(last.virtualSeconds, report), width)
      : null,
    data: {
      name: "staleness",
      columns: ["version", "virtualSeconds", "percentile95"],
      rows: evaluations.map(({ version, virtualSeconds, scores }) => [version, virtualSeconds, scores.stalenessP95]),
    },
  };
}

function noteOf(staleness: ReportStaleness | null): string {
  if (staleness === null) return "No update was used.";
  const { median, percentile95, maximum } = staleness;
  if (maximum === 0) return "Every used update started from the newest model.";
  return `The line is the staleness that 95 in 100 of the updates used so far do not exceed. At the end half of the updates were at most ${counted(median, "version")} behind the model that they went into, 95 in 100 at most ${counted(percentile95, "version")}, and the stalest ${counted(maximum, "version")}.`;
}

function plotOf(evaluations: readonly ReportEvaluation[], time: TimeAxis, width: number): PlotOptions {
  const most = largest(
    evaluations.map(({ scores }) => scores.stalenessP95 ?? 0),
    1,
  );
  const whole = most < 5 ? { interval: 1 } : { ticks: 5 };
  return {
    ...frame,
    width,
    height: 200,
    marginRight: 16,
    x: { domain: time.domain },
    y: { domain: [0, most] },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ...whole }),
      axisX({ label: time.label, labelAnchor: "right", labelArrow: "none", ticks: width < 500 ? 4 : 8 }),
      axisY({ label: "versions behind", labelArrow: "none", tickFormat: "d", ...whole }),
      line(evaluations, {
        x: ({ virtualSeconds }: ReportEvaluation) => virtualSeconds / time.secondsPerUnit,
        y: ({ scores }: ReportEvaluation) => scores.stalenessP95 ?? Number.NaN,
        curve: "step-after",
        stroke: MAIN,
        strokeWidth: 2,
      }),
    ],
  };
}
