/**
 * The contract of charts. A chart is a function of the report; it says in words what it shows, draws it at any width,
 * and gives the same numbers as a table.
 *
 * @module
 */
import type { Table } from "@potluck/comparison";
import type { PlotOptions } from "@observablehq/plot";
import type { Html } from "../html.ts";
import type { Report } from "../report.ts";

/** A chart of one report. */
export interface Figure {
  readonly title: string;
  /** What there is to see, in a sentence or two. */
  readonly note: string;
  /** The drawing at a width in pixels; null when there is nothing to draw, and then the note says why. */
  readonly draw: ((width: number) => PlotOptions) | null;
  /** Which colour means what, where the drawing does not say it itself. */
  readonly legend?: Html;
  readonly table?: Table;
  /** The numbers of the drawing, exact and without units, as a file to take away. */
  readonly data?: ChartData;
}

/** Numbers as a file of comma-separated values. */
export interface ChartData {
  /** The name of the file, without its ending. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Null where there is no value. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Makes a figure of a report. */
export type Chart = (report: Report) => Figure;

/** The most clients that are drawn or listed one by one: beyond it neither eye nor browser keeps up. */
export const CLIENTS_SHOWN_LIMIT = 2000;

/** The most classes that are drawn: the ones that are recognised worst. */
export const CLASSES_SHOWN_LIMIT = 40;

/** The most evaluated versions of which scores are drawn and listed; the file behind a chart has all. */
export const EVALUATIONS_SHOWN_LIMIT = 300;

/** What all drawings have in common. */
export const frame = {
  style: { fontSize: "12px", fontFamily: "inherit", background: "none", overflow: "visible" },
  marginTop: 26,
  marginBottom: 38,
  marginLeft: 48,
} as const;

/** Colours that mean the same everywhere; the page defines them for light and dark. */
export const INK = "var(--ink)";
export const MUTED = "var(--muted)";
export const RULE = "var(--rule)";
export const ALERT = "var(--alert)";
export const MAIN = "var(--main)";
export const SECOND = "var(--second)";
