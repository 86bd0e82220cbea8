/**
 * Tables of numbers that grow row by row: what is kept of a million clients without a million objects. Plain data.
 *
 * @module
 */
import { InvariantViolation } from "./invariant.ts";

/** A table: the numbers of a row lie side by side. */
export interface NumberTable {
  /** What a row is of, for errors: "client". */
  readonly of: string;
  readonly columns: number;
  rows: number;
  /** Row after row; room for more rows at its end. */
  cells: Float64Array;
}

/** A table without rows. */
export function emptyTable(of: string, columns: number): NumberTable {
  return { of, columns, rows: 0, cells: new Float64Array(columns) };
}

/** Adds a row of zeros; its number. */
export function addRow(table: NumberTable): number {
  const { columns, rows, cells } = table;
  if (cells.length < (rows + 1) * columns) {
    table.cells = new Float64Array(2 * cells.length);
    table.cells.set(cells);
  }
  table.rows += 1;
  return rows;
}

/** The number in a row and column. Throws InvariantViolation where there is no such row, like all below. */
export function cellOf(table: NumberTable, row: number, column: number): number {
  return table.cells[placeOf(table, row, column)] ?? 0;
}

/** Writes a number into a row and column. */
export function setCell(table: NumberTable, row: number, column: number, value: number): void {
  table.cells[placeOf(table, row, column)] = value;
}

/** Adds to the number in a row and column. */
export function addToCell(table: NumberTable, row: number, column: number, amount: number): void {
  const place = placeOf(table, row, column);
  table.cells[place] = (table.cells[place] ?? 0) + amount;
}

function placeOf({ of, columns, rows }: NumberTable, row: number, column: number): number {
  if (!(row >= 0 && row < rows)) throw new InvariantViolation(`${of} ${row} is missing`);
  return row * columns + column;
}
