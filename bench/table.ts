/**
 * What a benchmark says: rows of figures with their ratio to a peer that ran in the same minute.
 *
 * @module
 */

/** One figure. */
export interface BenchRow {
  /** What was measured. */
  readonly what: string;
  /** The median over the repetitions, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** The best repetition, in `unit`. */
  readonly best?: number;
  /** The figure divided by the peer's: the median over the repetitions. */
  readonly ratio?: number;
  /** The row that the ratio compares with. */
  readonly peer?: string;
  /** What the ratio, or the value of a row without one, must reach. */
  readonly target?: string;
}

/** The figures of one benchmark, and what one must know to read them. */
export interface BenchTable {
  readonly title: string;
  readonly rows: readonly BenchRow[];
  readonly notes: readonly string[];
}

/** A benchmark; every file of this folder that holds one exports it as its default. */
export interface Bench {
  readonly name: string;
  readonly run: () => Promise<BenchTable>;
}

const HEADINGS = ["", "median", "best", "unit", "ratio", "to", "target"] as const;

/** A table as text for a terminal, without a newline at its end. */
export function formatTable({ title, rows, notes }: BenchTable): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, column) => aligned(cell, column, widths[column])).join("  "));
  return [title, "", ...lines.map((line) => line.trimEnd()), "", ...notes.map((note) => `- ${note}`)].join("\n");
}

function cellsOf({ what, value, unit, best, ratio, peer, target }: BenchRow): readonly string[] {
  return [what, figure(value), figure(best), unit, figure(ratio), peer ?? "", target ?? ""];
}

/** Texts to the left, figures to the right. */
function aligned(cell: string, column: number, width = 0): string {
  return column === 1 || column === 2 || column === 4 ? cell.padStart(width) : cell.padEnd(width);
}

/** A number with three significant digits, or all its whole ones. */
function figure(value: number | undefined): string {
  if (value === undefined) return "";
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
