/**
 * Bytes so far against virtual time: what the run has cost the links, at each evaluated version and at its end. Tasks
 * that were out at the end have had their model, so that the last step may be a sheer one.
 *
 * @module
 */
import { bytes, byteUnit, duration } from "@potluck/comparison";
import { gridY, line, type PlotOptions, text } from "@observablehq/plot";
import { runTime } from "../clock-words.ts";
import type { Report, ReportEvaluation, ReportHeadline } from "../report.ts";
import { type Figure, frame, MAIN, RULE, SECOND } from "./chart.ts";
import { timeAxis, timeScale } from "./time-axis.ts";

/** Two labels stand at least so far apart, as a share of the axis. */
const LABEL_DISTANCE = 0.09;

/** Bytes up to an instant. */
type Point = Pick<ReportEvaluation & ReportHeadline, "virtualSeconds" | "bytesUp" | "bytesDown">;

/** The chart of bytes up and down against virtual time. */
export function bytesTotalChart(report: Report): Figure {
  const { evaluations, headline } = report;
  return {
    title: `Bytes so far against ${runTime(report)}`,
    note:
      evaluations.length === 0
        ? "Nothing was counted before the first evaluation."
        : `${bytes(headline.bytesUp)} went up from clients to the server and ${bytes(headline.bytesDown)} down to them.`,
    draw: evaluations.length === 0 ? null : (width) => plotOf(report, width),
    table: {
      caption: "Bytes up to each evaluated version and to the end of the run",
      columns: ["version", runTime(report), "up", "down"],
      rows: [
        ...evaluations.map((evaluation) => rowOf(String(evaluation.version), evaluation)),
        ...(evaluations.length === 0 ? [] : [rowOf("end", headline)]),
      ],
    },
    data: {
      name: "bytes",
      columns: ["version", "virtualSeconds", "bytesUp", "bytesDown"],
      rows: [
        ...evaluations.map((evaluation) => cellsOf(evaluation.version, evaluation)),
        ...(evaluations.length === 0 ? [] : [cellsOf(null, headline)]),
      ],
    },
  };
}

function rowOf(name: string, { virtualSeconds, bytesUp, bytesDown }: Point): readonly string[] {
  return [name, duration(virtualSeconds), bytes(bytesUp), bytes(bytesDown)];
}

function cellsOf(version: number | null, { virtualSeconds, bytesUp, bytesDown }: Point): readonly (number | null)[] {
  return [version, virtualSeconds, bytesUp, bytesDown];
}

function plotOf(report: Report, width: number): PlotOptions {
  const { evaluations, headline: last } = report;
  const points: readonly Point[] = [...evaluations, last];
  const time = timeAxis(last.virtualSeconds, report);
  const size = byteUnit(Math.max(last.bytesUp, last.bytesDown));
  const x = ({ virtualSeconds }: Point): number => virtualSeconds / time.secondsPerUnit;
  const up = ({ bytesUp }: Point): number => bytesUp / size.factor;
  const down = ({ bytesDown }: Point): number => bytesDown / size.factor;
  const most = Math.max(up(last), down(last)) || 1;
  const [upLabel, downLabel] = apart(up(last), down(last), most * LABEL_DISTANCE);
  const label = { textAnchor: "start", dx: 6 } as const;
  return {
    ...frame,
    width,
    height: 220,
    marginRight: 96,
    x: timeScale(time),
    y: { label: size.name, labelArrow: "none", domain: [0, most], ticks: 4 },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 4 }),
      line(points, { x, y: down, stroke: SECOND, strokeWidth: 2 }),
      line(points, { x, y: up, stroke: MAIN, strokeWidth: 2 }),
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
