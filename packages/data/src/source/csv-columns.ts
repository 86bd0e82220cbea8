/**
 * Columns of a table as numbers: numbers as they are, categories as one number for each value, 1 where it is the value
 * and 0 elsewhere.
 *
 * Trust: nothing is filled in. A missing value, one that is no number among numbers, or one that is too large for a 32-bit
 * float is refused by line and column.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { corrupt } from "./contents.ts";
import type { Table } from "./csv-format.ts";

/** What the values of a column become. */
export type ColumnKind = "number" | "category";

/** The most different values of a column of categories. */
const MAX_CATEGORIES = 1000;

/** How missing values are written, in small letters. */
const MISSING: ReadonlySet<string> = new Set(["", "na", "n/a", "nan", "null", "?"]);

const NUMBER = /^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:e[+-]?[0-9]+)?$/iu;

/** A column that is learnt from: `width` numbers for each row. */
export interface Column {
  readonly kind: ColumnKind;
  readonly width: number;
  /** Writes the numbers of row `row` to `numbers`, from `start` on. */
  readonly write: (row: number, numbers: Float32Array, start: number) => void;
}

/** The values of column `at`, all there. Throws Fault "file-corrupt", which names line and column. */
export function valuesOf(table: Table, at: number): readonly string[] {
  return table.rows.map(({ line, fields }) => {
    const value = fields[at] ?? "";
    if (!MISSING.has(value.toLowerCase())) return value;
    const shown = value === "" ? "" : ` ("${value}")`;
    throw corrupt(
      table.path,
      `line ${line}, column "${table.header[at]}": the value is missing${shown}`,
      "Fill it in, leave the row out, or leave the column out: columns: [{ name, as: ignored }].",
    );
  });
}

/** Column `at` as numbers; null lets its values decide of which kind it is. Throws Fault "file-corrupt" or "data-invalid". */
export function columnOf(table: Table, at: number, kind: ColumnKind | null): Column {
  const values = valuesOf(table, at);
  const isOfCategories = kind === "category" || (kind === null && !values.every(isNumber));
  return isOfCategories
    ? categories(table, at, values)
    : numbers(numbersOf(table, at, "make the column one of categories"));
}

/** The values of column `at`, all numbers. Throws Fault "file-corrupt", which says that one could do `otherwise`. */
export function numbersOf(table: Table, at: number, otherwise: string): Float32Array {
  const values = valuesOf(table, at);
  const odd = values.findIndex((value) => !isNumber(value) || isTooLarge(value));
  if (odd < 0) return Float32Array.from(values, Number);
  const value = values[odd] ?? "";
  const problem = isNumber(value) ? "too large for a 32-bit float" : "no number";
  const what = `line ${table.rows[odd]?.line}, column "${table.header[at]}": "${value}" is ${problem}`;
  throw corrupt(table.path, what, `Correct the value, or ${otherwise}.`);
}

/** Whether `value` is a number, of whatever size. */
export function isNumber(value: string): boolean {
  return NUMBER.test(value);
}

/** Whether a number is beyond what a 32-bit float can hold, about 3.4e38 either way. */
export function isTooLarge(value: string): boolean {
  return !Number.isFinite(Math.fround(Number(value)));
}

function numbers(values: Float32Array): Column {
  return {
    kind: "number",
    width: 1,
    write: (row, into, start) => {
      into[start] = values[row] ?? 0;
    },
  };
}

function categories(table: Table, at: number, values: readonly string[]): Column {
  const different = [...new Set(values)].sort();
  if (different.length > MAX_CATEGORIES) throw tooMany(table, at, { values, different: different.length });
  const places = new Map(different.map((value, place) => [value, place]));
  const place = Uint16Array.from(values, (value) => places.get(value) ?? 0);
  return {
    kind: "category",
    width: different.length,
    write: (row, into, start) => {
      into[start + (place[row] ?? 0)] = 1;
    },
  };
}

function tooMany(
  table: Table,
  at: number,
  { values, different }: { readonly values: readonly string[]; readonly different: number },
): Fault {
  const odd = values.findIndex((value) => !isNumber(value));
  const first = odd < 0 ? "" : `; the first that is no number is "${values[odd]}" on line ${table.rows[odd]?.line}`;
  const what = `column "${table.header[at]}" has ${different} different values, and ${MAX_CATEGORIES} are the most${first}`;
  const remedy =
    "Correct the values if they should be numbers, or leave the column out: columns: [{ name, as: ignored }].";
  return new Fault("data-invalid", `${table.path}: ${what}`, remedy);
}
