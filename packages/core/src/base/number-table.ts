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
  /** Blocks of {@link BLOCK} rows: a table that grows copies nothing, and has room for few rows that it does not have. */
  readonly blocks: Float64Array[];
}

const BLOCK_BITS = 6;
const BLOCK = 1 << BLOCK_BITS;

/** A table without rows. */
export function emptyTable(of: string, columns: number): NumberTable {
  return { of, columns, rows: 0, blocks: [] };
}

/** Adds a row of zeros; its number. */
export function addRow(table: NumberTable): number {
  const { columns, rows, blocks } = table;
  if (rows === blocks.length * BLOCK) blocks.push(new Float64Array(BLOCK * columns));
  table.rows += 1;
  return rows;
}

/** The number in a row and column. Throws InvariantViolation where there is no such row, like all below. */
export function cellOf(table: NumberTable, row: number, column: number): number {
  return blockOf(table, row)[placeOf(table, row, column)] ?? 0;
}

/** Writes a number into a row and column. */
export function setCell(table: NumberTable, row: number, column: number, value: number): void {
  blockOf(table, row)[placeOf(table, row, column)] = value;
}

/** Adds to the number in a row and column. */
export function addToCell(table: NumberTable, row: number, column: number, amount: number): void {
  const block = blockOf(table, row);
  const place = placeOf(table, row, column);
  block[place] = (block[place] ?? 0) + amount;
}

function blockOf({ of, rows, blocks }: NumberTable, row: number): Float64Array {
  const block = row >= 0 && row < rows ? blocks[row >>> BLOCK_BITS] : undefined;
  if (block === undefined) throw new InvariantViolation(`${of} ${row} is missing`);
  return block;
}

function placeOf({ columns }: NumberTable, row: number, column: number): number {
  return (row & (BLOCK - 1)) * columns + column;
}
