/**
 * The contribution gap: whose share of the aggregation weight, their voice, is out of line with their share of the data.
 *
 * @module
 */
import { clipped, counted, percent, spreadSample } from "@potluck/comparison";
import { axisX, axisY, dot, gridX, gridY, link, type PlotOptions, text } from "@observablehq/plot";
import type { Report, ReportClient } from "../report.ts";
import { tierLegend, tierScale } from "../tiers.ts";
import { CLIENTS_SHOWN_LIMIT, type Figure, frame, INK, MUTED, RULE } from "./chart.ts";

/** The widest this chart gets: it is square. */
const WIDEST = 520;

/** The chart of the contribution gap. */
export function contributionChart(report: Report): Figure {
  const heard = report.clients.some(({ contribution }) => contribution > 0);
  return {
    title: "Contribution gap: voice against data",
    note: heard ? noteOf(report.clients) : "No update has gone into a model.",
    draw: heard ? (width) => plotOf(report, Math.min(width, WIDEST)) : null,
    legend: tierLegend(report),
    data: {
      name: "contribution",
      columns: ["client", "tier", "contribution", "dataShare"],
      rows: report.clients.map(({ id, tier, contribution, dataShare }) => [id, tier, contribution, dataShare]),
    },
  };
}

function noteOf(clients: readonly ReportClient[]): string {
  const gap = clients.reduce((sum, { contribution, dataShare }) => sum + Math.abs(contribution - dataShare), 0) / 2;
  const above = clients.filter(({ contribution, dataShare }) => contribution > dataShare).length;
  return (
    `Each dot is a client. On the line, its voice, which is its share of all aggregation weight, equals its share of the data; ` +
    `${counted(above, "client")} ${above === 1 ? "lies" : "lie"} above it. ${percent(gap)} of the weight would have to move to bring all of them onto the line: that is the contribution gap.`
  );
}

function plotOf(report: Report, width: number): PlotOptions {
  const shown = spreadSample(report.clients, CLIENTS_SHOWN_LIMIT);
  const most = shown.reduce((max, { contribution, dataShare }) => Math.max(max, contribution, dataShare), 0) * 1.05;
  const ticks = width < WIDEST ? 4 : 6;
  return {
    ...frame,
    width,
    height: width - 8,
    marginRight: 16,
    x: { domain: [0, 100 * most], percent: true },
    y: { domain: [0, 100 * most], percent: true },
    color: tierScale(report),
    marks: [
      gridX({ stroke: RULE, strokeOpacity: 1, ticks }),
      gridY({ stroke: RULE, strokeOpacity: 1, ticks }),
      axisX({ label: "share of the data (%)", labelArrow: "none", labelAnchor: "right", ticks }),
      axisY({ label: "share of the aggregation weight (%)", labelArrow: "none", ticks }),
      link([most], { x1: 0, y1: 0, x2: (end: number) => end, y2: (end: number) => end, stroke: MUTED }),
      text([most], {
        x: (end: number) => end,
        y: (end: number) => end,
        text: () => "no gap",
        textAnchor: "end",
        dx: -22,
        dy: 2,
        fill: MUTED,
      }),
      dot(shown, { x: "dataShare", y: "contribution", r: 3.5, fill: "tier", fillOpacity: 0.8, title: titleOf }),
      ...extremes(shown).map((client) =>
        text([client], {
          x: "dataShare",
          y: "contribution",
          text: () => clipped(`client ${client.id}`),
          textAnchor: client.dataShare > most * 0.7 ? "end" : "start",
          dx: client.dataShare > most * 0.7 ? -7 : 7,
          dy: client.contribution < most * 0.05 ? -9 : 0,
          fill: INK,
        }),
      ),
    ],
  };
}

/** The clients farthest above and below the line. */
function extremes(clients: readonly ReportClient[]): readonly ReportClient[] {
  const byExcess = [...clients].sort((a, b) => b.contribution - b.dataShare - (a.contribution - a.dataShare));
  return [byExcess.at(0), byExcess.at(-1)].filter((client) => client !== undefined);
}

function titleOf({ id, tier, contribution, dataShare }: ReportClient): string {
  return `client ${id} (${tier}): ${percent(contribution)} of the weight, ${percent(dataShare)} of the data`;
}
