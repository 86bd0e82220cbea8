/**
 * Tables for a terminal.
 *
 * @module
 */
import { largest } from "@potluck/comparison";

/** Rows under headings in columns as wide as they need be; those of the numbers `right` are aligned to the right. */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): readonly string[] {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => largest(all.map((cells) => cells[column]?.length ?? 0)));
  return all.map((cells) => {
    const aligned = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
    });
    return aligned.join("  ").trimEnd();
  });
}

/** A line with a name and what stands beside it, under others of its kind. */
export function row(name: string, value: string): string {
  return `${name.padEnd(14)} ${value}`;
}
