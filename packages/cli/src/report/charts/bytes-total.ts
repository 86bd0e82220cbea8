/**
 * Bytes so far against virtual time: what the run has cost the links.
 *
 * @module
 */
import { gridY, line, type PlotOptions, text } from "@observablehq/plot";
import { bytes, byteUnit, duration, timeUnit } from "../format.ts";
import type { Report, ReportEvaluation } from "../report.ts";
import { type Figure, frame, MAIN, RULE, SECOND } from "./chart.ts";

/** Two labels stand at least so far apart, as a share of the axis. */
const LABEL_DISTANCE = 0.09;

/** The chart of bytes up and down against virtual time. */
export function bytesTotalChart(report: Report): Figure {
  const { evaluations, headline } = report;
  const last = evaluations.at(-1);
  return {
    title: "Bytes so far against virtual time",
    note:
      last === undefined
        ? "Nothing was counted before the first evaluation."
        : `${bytes(headline.bytesUp)} went up from clients to the server and ${bytes(headline.bytesDown)} down to them.`,
    draw: last === undefined ? null : (width) => plotOf(evaluations, last, width),
    table: {
      caption: "Bytes up to each evaluated version",
      columns: ["version", "virtual time", "up", "down"],
      rows: evaluations.map(({ version, virtualSeconds, bytesUp, bytesDown }) => [
        String(version),
        duration(virtualSeconds),
        bytes(bytesUp),
        bytes(bytesDown),
      ]),
    },
  };
}

function plotOf(evaluations: readonly ReportEvaluation[], last: ReportEvaluation, width: number): PlotOptions {
  const time = timeUnit(last.virtualSeconds);
  const size = byteUnit(Math.max(last.bytesUp, last.bytesDown));
  const x = ({ virtualSeconds }: ReportEvaluation): number => virtualSeconds / time.factor;
  const up = ({ bytesUp }: ReportEvaluation): number => bytesUp / size.factor;
  const down = ({ bytesDown }: ReportEvaluation): number => bytesDown / size.factor;
  const most = Math.max(up(last), down(last)) || 1;
  const [upLabel, downLabel] = apart(up(last), down(last), most * LABEL_DISTANCE);
  const label = { textAnchor: "start", dx: 6 } as const;
  return {
    ...frame,
    width,
    height: 220,
    marginRight: 96,
    x: {
      label: `virtual ${time.name}`,
      labelAnchor: "right",
      labelArrow: "none",
      domain: [0, last.virtualSeconds > 0 ? x(last) : 1],
    },
    y: { label: size.name, labelArrow: "none", domain: [0, most], ticks: 4 },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 4 }),
      line(evaluations, { x, y: down, stroke: SECOND, strokeWidth: 2 }),
      line(evaluations, { x, y: up, stroke: MAIN, strokeWidth: 2 }),
      text([last], { ...label, x, y: upLabel, text: () => `up ${bytes(last.bytesUp)}`, fill: MAIN }),
      text([last], { ...label, x, y: downLabel, text: () => `down ${bytes(last.bytesDown)}`, fill: SECOND }),
    ],
  };
}

/** Heights of the labels of `up` and `down`: moved apart where they are closer than `distance`. */
function apart(up: number, down: number, distance: number): readonly [number, number] {
  const missing = distance - Math.abs(up - down);
  if (missing <= 0) return [up, down];
  return up > down ? [up + missing / 2, down - missing / 2] : [up - missing / 2, down + missing / 2];
}
