import { expect, test } from "vitest";
import { addRow, addToCell, cellOf, emptyTable, setCell } from "./number-table.ts";
import { decodePlain, encodePlain } from "./plain-data.ts";

test("rows keep their numbers while the table grows, and new ones are zeros", () => {
  const table = emptyTable("row", 3);
  const columns = [0, 1, 2];
  for (let row = 0; row < 50; row++) {
    expect(addRow(table)).toBe(row);
    expect(columns.map((column) => cellOf(table, row, column))).toEqual([0, 0, 0]);
    for (const column of columns) setCell(table, row, column, row + column / 4);
    addToCell(table, row, 1, -row);
  }
  expect(table.rows).toBe(50);
  for (let row = 0; row < 50; row++) {
    expect(columns.map((column) => cellOf(table, row, column))).toEqual([row, 0.25, row + 0.5]);
  }
  expect(decodePlain(encodePlain(table))).toEqual(table);
});

test.each([-1, 2, Number.NaN])("row %d of two is missing", (row) => {
  const table = emptyTable("client", 1);
  addRow(table);
  addRow(table);
  for (const use of [cellOf, setCell, addToCell]) {
    expect(() => use(table, row, 0, 1)).toThrow(`client ${row} is missing`);
  }
});
