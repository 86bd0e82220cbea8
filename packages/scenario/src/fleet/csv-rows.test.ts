import fc from "fast-check";
import { expect, test } from "vitest";
import { csvCell, csvRows, numberOrText } from "./csv-rows.ts";

const rows = (text: string): ReturnType<typeof csvRows> => csvRows({ path: "a.csv", text });

test("cells that were written are read again, whatever is in them", () => {
  const cell = fc.string({ unit: "binary" }).filter((text) => !/[\r\n]/u.test(text));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (cells) => {
      const line = ["x", ...cells].map(csvCell).join(",");
      expect(rows(line)).toEqual([{ line: 1, cells: ["x", ...cells] }]);
    }),
  );
});

test("rows know their lines; empty lines and remarks are passed over", () => {
  expect(rows("# devices\r\na,b\r\n\r\n 1 , 2 \n")).toEqual([
    { line: 2, cells: ["a", "b"] },
    { line: 4, cells: ["1", "2"] },
  ]);
});

test("cells in quotes hold commas and quotes", () => {
  expect(rows('"a, b","say ""hi""",,c').map(({ cells }) => cells)).toEqual([["a, b", 'say "hi"', "", "c"]]);
});

test.each([
  ['x\na,"b', "a.csv: line 2: column 3: a cell in quotes is not closed on the line on which it begins"],
  ['x,y\na,"b\nc",1', "a.csv: line 2: column 3: a cell in quotes is not closed on the line on which it begins"],
  ['a"b",c', "a.csv: line 1: column 1: a cell has a quote"],
  ['"a"b,c', "a.csv: line 1: column 1: a cell has a quote"],
])("a quote that is out of place in %j is named by line and column", (text, message) => {
  expect(() => rows(text)).toThrow(message);
});

test("numbers are read as people write them, and nothing else is", () => {
  expect(["1", "-2.5", ".5", "1e9", "+3E-2", "7."].map(numberOrText)).toEqual([1, -2.5, 0.5, 1e9, 0.03, 7]);
  for (const text of ["", "1,5", "0x10", "1 2", "Infinity", "NaN", "1e", "5 ms"]) expect(numberOrText(text)).toBe(text);
});
