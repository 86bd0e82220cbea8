/**
 * Accuracy over clients: the final model on each client's own test rows, one square for each client. Whoever stands
 * far left trains a model that does not serve them.
 *
 * @module
 */
import { largest, count, counted, percent } from "@potluck/comparison";
import { axisX, axisY, gridY, type PlotOptions, rect, ruleX, ruleY, text } from "@observablehq/plot";
import { worstDecile } from "@potluck/core";
import type { Report, ReportClient } from "../report.ts";
import { tierLegend, tierNames, tierScale } from "../tiers.ts";
import { ALERT, CLIENTS_SHOWN_LIMIT, type Figure, frame, INK, MUTED, RULE } from "./chart.ts";

/** A client whose accuracy was measured. */
type Measured = ReportClient & { readonly accuracy: number };

/** How many intervals the axis is cut into. */
const BINS = 40;

/** A square of one client, or of all clients of a tier in one interval where there are too many to tell apart. */
interface Cell {
  readonly tier: string;
  readonly left: number;
  readonly bottom: number;
  readonly top: number;
  readonly about: string;
}

/** The chart of accuracy over clients. */
export function clientAccuracyChart(report: Report): Figure {
  const measured = report.clients.filter((client): client is Measured => client.accuracy !== null);
  return {
    title: "Accuracy over clients",
    note: measured.length === 0 ? "No client's own accuracy was measured." : noteOf(measured, report.clients.length),
    draw: measured.length === 0 ? null : (width) => plotOf(report, measured, width),
    legend: tierLegend(report),
    data: {
      name: "client-accuracy",
      columns: ["client", "tier", "examples", "accuracy"],
      rows: report.clients.map(({ id, tier, examples, accuracy }) => [id, tier, examples, accuracy]),
    },
  };
}

function noteOf(measured: readonly Measured[], clients: number): string {
  const values = measured.map(({ accuracy }) => accuracy);
  const unmeasured = clients - measured.length;
  const rest =
    unmeasured === 0 ? "" : ` ${counted(unmeasured, "client")} of ${count(clients)} had nothing to measure it on.`;
  const judged =
    measured.length > CLIENTS_SHOWN_LIMIT
      ? "Clients are judged by their own test rows."
      : "Each square is a client, judged by its own test rows.";
  return `${judged} The mean is ${percent(meanOf(values))}; the worst tenth of the clients averages ${percent(worstDecile(values))}.${rest}`;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function plotOf(report: Report, measured: readonly Measured[], width: number): PlotOptions {
  const values = measured.map(({ accuracy }) => accuracy).sort((a, b) => a - b);
  const start = Math.min(0.9, Math.floor((values[0] ?? 0) * 10) / 10);
  const cells = piled(tierNames(report), measured, start);
  const highest = largest(
    cells.map(({ top }) => top),
    1,
  );
  const inset = highest > 60 ? 0 : 0.5;
  return {
    ...frame,
    width,
    height: 260,
    marginTop: 40,
    marginRight: 16,
    x: { domain: [100 * start, 100], percent: true },
    y: { domain: [0, highest] },
    color: tierScale(report),
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 4 }),
      axisX({
        label: `accuracy on own test rows (%)${start > 0 ? `; axis from ${percent(start)}` : ""}`,
        labelArrow: "none",
        labelAnchor: "right",
        ticks: width < 500 ? 4 : 8,
      }),
      axisY({
        label: "clients",
        labelArrow: "none",
        tickFormat: "d",
        ...(highest < 5 ? { interval: 1 } : { ticks: 4 }),
      }),
      rect(cells, {
        x1: "left",
        x2: ({ left }: Cell) => left + (1 - start) / BINS,
        y1: "bottom",
        y2: "top",
        fill: "tier",
        inset,
        title: "about",
      }),
      ruleY([0], { stroke: MUTED }),
      ...decileMarks(values, start),
    ],
  };
}

/** Cells piled up over the interval that each accuracy falls into; in a pile, tiers keep their order. */
function piled(tiers: readonly string[], measured: readonly Measured[], start: number): readonly Cell[] {
  const ordered = [...measured].sort((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier));
  const binOf = ({ accuracy }: Measured): number =>
    Math.min(BINS - 1, Math.floor((BINS * (accuracy - start)) / (1 - start) + 1e-9));
  const byCell = Map.groupBy(ordered, (client) =>
    measured.length > CLIENTS_SHOWN_LIMIT ? `${binOf(client)} ${client.tier}` : client.id,
  );
  const heights = new Map<number, number>();
  return [...byCell.values()].flatMap((members) =>
    members.slice(0, 1).map((first) => {
      const bin = binOf(first);
      const bottom = heights.get(bin) ?? 0;
      const top = bottom + members.length;
      heights.set(bin, top);
      const about = members.length === 1 ? titleOf(first) : `${counted(members.length, "client")} (${first.tier})`;
      return { tier: first.tier, left: start + (bin * (1 - start)) / BINS, bottom, top, about };
    }),
  );
}

/** Where the worst tenth ends, and the mean of all. */
function decileMarks(sorted: readonly number[], start: number): NonNullable<PlotOptions["marks"]> {
  const edge = sorted[Math.max(1, Math.floor(sorted.length / 10)) - 1] ?? 0;
  const mean = meanOf(sorted);
  const crowded = edge - start < (1 - start) / 4;
  const side = crowded ? ({ textAnchor: "start", dx: -4 } as const) : ({ textAnchor: "end", dx: 14 } as const);
  return [
    ruleX([edge], { stroke: ALERT, strokeDasharray: "4 3" }),
    text([edge], {
      ...side,
      x: (at: number) => at,
      frameAnchor: "top",
      text: () => "← worst tenth",
      dy: -22,
      fill: ALERT,
    }),
    ruleX([mean], { stroke: INK, strokeDasharray: "1 3" }),
    text([mean], {
      x: (at: number) => at,
      frameAnchor: "top",
      text: () => `mean ${percent(mean)}`,
      dy: -10,
      fill: INK,
    }),
  ];
}

function titleOf({ id, tier, accuracy, examples }: Measured): string {
  return `client ${id} (${tier}): ${percent(accuracy)}, ${counted(examples, "example")}`;
}
