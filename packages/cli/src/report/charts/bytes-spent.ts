/**
 * Where the bytes went: what those that arrived were for, each way, the most first.
 *
 * @module
 */
import { largest, bytes, byteUnit, clipped, percent } from "@potluck/comparison";
import { axisX, axisY, barX, gridX, type PlotOptions, ruleX, text } from "@observablehq/plot";
import type { Report } from "../report.ts";
import { type Figure, frame, INK, MAIN, MUTED, RULE, SECOND } from "./chart.ts";

/** The most that are drawn; what takes less is drawn together, and listed in full. */
const SHOWN = 14;

/** Bytes of one way that were for one thing. */
interface Row {
  readonly way: "up" | "down";
  readonly what: string;
  readonly bytes: number;
}

/** The chart of what bytes were for. */
export function bytesSpentChart({ spent }: Report): Figure {
  const rows = (["up", "down"] as const)
    .flatMap((way) => Object.entries(spent?.[way] ?? {}).map(([what, own]): Row => ({ way, what, bytes: own })))
    .filter((row) => row.bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes);
  const shown = drawnOf(rows);
  return {
    title: "Where the bytes went",
    note: noteOf(rows),
    draw: shown.length === 0 ? null : (width) => plotOf(shown, width),
    table: {
      caption: "Encoded bytes that arrived, by what they were for",
      columns: ["way", "what", "bytes"],
      rows: rows.map(({ way, what, bytes: own }) => [way, what, bytes(own)]),
    },
    data: {
      name: "bytes-spent",
      columns: ["way", "what", "bytes"],
      rows: rows.map(({ way, what, bytes: own }) => [way, what, own]),
    },
  };
}

function noteOf(rows: readonly Row[]): string {
  const [most] = rows;
  if (most === undefined) return "Nothing had arrived, or it was not noted what it was for.";
  const total = sumOf(rows);
  return (
    `Of ${bytes(total)} that arrived, ${percent(most.bytes / total)} went ${most.way} for ${most.what}. ` +
    "Bytes of transfers that were cut off are in none of these."
  );
}

/** The rows that are drawn: those that are left over, together, by way. */
function drawnOf(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= SHOWN) return rows;
  const rest = rows.slice(SHOWN - 2);
  const others = (["up", "down"] as const).map((way): Row => {
    const own = rest.filter((row) => row.way === way);
    return { way, what: `${own.length} others`, bytes: sumOf(own) };
  });
  return [...rows.slice(0, SHOWN - 2), ...others.filter((row) => row.bytes > 0)];
}

function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.bytes, 0);
}

function plotOf(shown: readonly Row[], width: number): PlotOptions {
  const labels = shown.map(({ way, what }) => clipped(`${way}: ${what}`));
  const unit = byteUnit(largest(shown.map((row) => row.bytes)));
  const y = (row: Row): number => shown.indexOf(row);
  const x = (row: Row): number => row.bytes / unit.factor;
  return {
    ...frame,
    width,
    height: 56 + 20 * shown.length,
    marginTop: 8,
    marginLeft: 20 + 7 * largest(labels.map(({ length }) => length)),
    marginRight: 64,
    y: { domain: shown.map(y), padding: 0.4 },
    marks: [
      gridX({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({ label: `encoded bytes (${unit.name})`, labelArrow: "none", labelAnchor: "right", ticks: 5 }),
      axisY({ label: null, tickSize: 0, tickFormat: (at: number) => labels[at] ?? "" }),
      barX(shown, { x, y, fill: ({ way }: Row) => (way === "up" ? MAIN : SECOND) }),
      ruleX([0], { stroke: MUTED }),
      text(shown, { x, y, text: (row: Row) => bytes(row.bytes), textAnchor: "start", dx: 6, fill: INK }),
    ],
  };
}
