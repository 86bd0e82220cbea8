/**
 * Participation: a bar for each client, as high as it was asked, filled as far as it was used. Tiers stand side by
 * side; clients that were never used are marked below the axis.
 *
 * @module
 */
import { largest, count, counted, duration, percent, spreadSample, type Table } from "@potluck/comparison";
import { axisY, dot, gridY, type PlotOptions, rectY, ruleY, text } from "@observablehq/plot";
import { clockWord } from "../clock-words.ts";
import type { Report, ReportClient } from "../report.ts";
import { tierLegend, tierNames, tierScale } from "../tiers.ts";
import { ALERT, CLIENTS_SHOWN_LIMIT, type Figure, frame, MUTED, RULE } from "./chart.ts";

/** A client with its place on the axis. */
interface Bar extends ReportClient {
  readonly left: number;
  readonly right: number;
}

/** The chart of how often each client was asked and used. */
export function participationChart(report: Report): Figure {
  const bars = barsOf(report);
  return {
    title: "Who took part",
    note: bars.length === 0 ? "There are no clients." : noteOf(report),
    draw: bars.length === 0 ? null : (width) => plotOf(report, bars, width),
    legend: tierLegend(report),
    table: tableOf(report),
    data: {
      name: "participation",
      columns: ["client", "tier", "examples", "timesAsked", "timesUsed", "atWork", "busySeconds"],
      rows: report.clients.map(({ id, tier, examples, timesAsked, timesUsed, isAtWork, busySeconds }) => [
        id,
        tier,
        examples,
        timesAsked,
        timesUsed,
        Number(isAtWork),
        busySeconds,
      ]),
    },
  };
}

function tableOf(report: Report): Table {
  const { clients } = report;
  const left = clients.length - CLIENTS_SHOWN_LIMIT;
  return {
    caption: left > 0 ? `The first ${count(CLIENTS_SHOWN_LIMIT)} clients` : "All clients",
    columns: [
      "client",
      "tier",
      "examples",
      "asked",
      "used",
      "weight",
      "data",
      "own accuracy",
      `busy (${clockWord(report)})`,
    ],
    rows: clients
      .slice(0, CLIENTS_SHOWN_LIMIT)
      .map(({ id, tier, examples, timesAsked, timesUsed, contribution, dataShare, accuracy, busySeconds }) => [
        id,
        tier,
        count(examples),
        count(timesAsked),
        count(timesUsed),
        percent(contribution),
        percent(dataShare),
        percent(accuracy),
        duration(busySeconds),
      ]),
  };
}

function noteOf({ clients }: Report): string {
  const never = clients.filter(({ timesUsed }) => timesUsed === 0).length;
  const fed =
    never === 0
      ? "Every client was used at least once."
      : `${count(never)} of ${counted(clients.length, "client")} ${never === 1 ? "was" : "were"} never used and ${never === 1 ? "is" : "are"} marked below the axis.`;
  const shown =
    clients.length > CLIENTS_SHOWN_LIMIT
      ? ` ${count(CLIENTS_SHOWN_LIMIT)} clients are shown, spread evenly over the order.`
      : "";
  return `${fed} ${unusedNote(clients)}${shown}`;
}

/** How much work came to nothing; tasks that the end of the run cut off, some of them as they were given, are counted apart. */
function unusedNote(clients: readonly ReportClient[]): string {
  const out = clients.filter(({ isAtWork }) => isAtWork).length;
  const used = clients.reduce((sum, { timesUsed }) => sum + timesUsed, 0);
  const ended = clients.reduce((sum, { timesAsked }) => sum + timesAsked, 0) - out;
  const cut =
    out === 0 ? "" : `, and ${counted(out, "task")} that ${out === 1 ? "was" : "were"} out when the run ended`;
  return `The pale part of a bar is work that was asked for and not used: ${count(ended - used)} of ${counted(ended, "task")}${cut}.`;
}

/** Clients in the order of their tiers, most used first, with a gap between tiers. */
function barsOf(report: Report): readonly Bar[] {
  const tiers = tierNames(report);
  const ordered = [...report.clients].sort(
    (a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier) || b.timesUsed - a.timesUsed || b.timesAsked - a.timesAsked,
  );
  const shown = spreadSample(ordered, CLIENTS_SHOWN_LIMIT);
  const gap = Math.max(1, shown.length / 50);
  return shown.map((client, at) => {
    const left = at + gap * tiers.indexOf(client.tier);
    return { ...client, left, right: left + 1 };
  });
}

function plotOf(report: Report, bars: readonly Bar[], width: number): PlotOptions {
  const inset = width / bars.length > 4 ? 0.5 : 0;
  const most = largest(
    bars.map(({ timesAsked }) => timesAsked),
    1,
  );
  const whole = most < 5 ? { interval: 1 } : { ticks: 5 };
  const place = { x1: "left", x2: "right", fill: "tier", inset, shapeRendering: "crispEdges" } as const;
  return {
    ...frame,
    width,
    height: 280,
    marginBottom: 24,
    marginRight: 8,
    x: { axis: null, domain: [0, bars.at(-1)?.right ?? 1] },
    y: { domain: [0, most], label: "times", axis: null },
    color: tierScale(report),
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ...whole }),
      axisY({ label: "tasks", labelArrow: "none", tickFormat: "d", ...whole }),
      rectY(bars, { ...place, y: "timesAsked", fillOpacity: 0.25 }),
      rectY(bars, { ...place, y: "timesUsed", title: titleOf }),
      ruleY([0], { stroke: MUTED }),
      ...neverUsedMarks(report, bars, width),
    ],
  };
}

function neverUsedMarks({ clients }: Report, bars: readonly Bar[], width: number): NonNullable<PlotOptions["marks"]> {
  const hungry = clients.filter(({ timesUsed }) => timesUsed === 0).length;
  const never = bars.filter(({ timesUsed }) => timesUsed === 0);
  if (hungry === 0) return [];
  const radius = Math.max(1, Math.min(3, width / bars.length / 2.5));
  return [
    dot(never, { x: ({ left }: Bar) => left + 0.5, y: 0, dy: 7, r: radius, fill: ALERT, title: titleOf }),
    text([hungry], {
      text: () => `${count(hungry)} never used`,
      frameAnchor: "bottom-right",
      dy: 22,
      fill: ALERT,
    }),
  ];
}

function titleOf({ id, tier, timesAsked, timesUsed, examples }: ReportClient): string {
  return `client ${id} (${tier}): asked ${timesAsked} times, used ${timesUsed}, ${counted(examples, "example")}`;
}
