/**
 * Bytes in each version: up above the axis, down below it. Between two evaluations it is the mean of the versions.
 *
 * @module
 */
import { largest, bytes, byteUnit } from "@potluck/comparison";
import { axisX, axisY, gridY, type PlotOptions, rectY, ruleY, text } from "@observablehq/plot";
import type { Report } from "../report.ts";
import { type Figure, frame, MAIN, MUTED, RULE, SECOND } from "./chart.ts";

/** The mean bytes of the versions (from, to]. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly up: number;
  readonly down: number;
}

/** The chart of bytes in each version. */
export function bytesPerVersionChart(report: Report): Figure {
  const spans = spansOf(report);
  const busiest = spans.reduce<Span | null>(
    (max, span) => (max === null || total(span) > total(max) ? span : max),
    null,
  );
  return {
    title: "Bytes in each version",
    note:
      busiest === null
        ? "No version was counted."
        : `The busiest versions moved ${bytes(busiest.up)} up and ${bytes(busiest.down)} down each, around version ${busiest.to}.`,
    draw: busiest === null ? null : (width) => plotOf(spans, width),
    data: {
      name: "bytes-per-version",
      columns: ["afterVersion", "upToVersion", "meanBytesUp", "meanBytesDown"],
      rows: spans.map(({ from, to, up, down }) => [from, to, up, down]),
    },
  };
}

function spansOf({ evaluations }: Report): readonly Span[] {
  return evaluations.flatMap(({ version, bytesUp, bytesDown }, at) => {
    const before = evaluations[at - 1] ?? { version: 0, bytesUp: 0, bytesDown: 0 };
    const versions = version - before.version;
    if (versions <= 0) return [];
    const up = (bytesUp - before.bytesUp) / versions;
    return [{ from: before.version, to: version, up, down: (bytesDown - before.bytesDown) / versions }];
  });
}

const total = ({ up, down }: Span): number => up + down;

function plotOf(spans: readonly Span[], width: number): PlotOptions {
  const most = largest(
    spans.map(({ up, down }) => Math.max(up, down)),
    1,
  );
  const unit = byteUnit(most);
  const place = { x1: ({ from }: Span) => from + 0.5, x2: ({ to }: Span) => to + 0.5, insetLeft: 0.5, insetRight: 0.5 };
  const scaled = most / unit.factor;
  return {
    ...frame,
    width,
    height: 180,
    marginRight: 96,
    x: { domain: [0.5, (spans.at(-1)?.to ?? 1) + 0.5] },
    y: { domain: [-scaled, scaled] },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisY({
        label: `${unit.name} in a version`,
        labelArrow: "none",
        ticks: 5,
        tickFormat: (y: number) => String(Math.abs(y)),
      }),
      axisX({
        label: "version",
        labelAnchor: "right",
        labelArrow: "none",
        ticks: Math.min(width / 80, spans.at(-1)?.to ?? 1),
        tickFormat: "d",
      }),
      rectY(spans, { ...place, y1: 0, y2: ({ up }: Span) => up / unit.factor, fill: MAIN }),
      rectY(spans, { ...place, y1: 0, y2: ({ down }: Span) => -down / unit.factor, fill: SECOND }),
      ruleY([0], { stroke: MUTED }),
      text(["up"], { frameAnchor: "top-right", dx: 24, fill: MAIN }),
      text(["down"], { frameAnchor: "bottom-right", dx: 38, fill: SECOND }),
    ],
  };
}
