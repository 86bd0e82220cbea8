import { expect, test } from "vitest";
import { type ClientRows, outputsFor, rowsAt, targetKindOf } from "./examples.ts";

const [first, second, third] = [1, 2, 3].map((row) => ({ train: Uint32Array.of(row), test: new Uint32Array(0) }));

test("a client whose data never changes holds the same rows at every instant", () => {
  const rows: ClientRows = { train: Uint32Array.of(4), test: Uint32Array.of(5) };
  expect([0, 1e9].map((now) => rowsAt(rows, now))).toEqual([rows, rows]);
});

test("later rows replace those before from their instant on, that instant included", () => {
  if (first === undefined || second === undefined || third === undefined) throw new Error("three lists of rows");
  const rows: ClientRows = {
    ...first,
    later: [
      { from: 10, ...second },
      { from: 20, ...third },
    ],
  };
  const trained = (now: number): readonly number[] => [...rowsAt(rows, now).train];
  expect([0, 9.999, 10, 19.999, 20, 1e9].map(trained)).toEqual([[1], [1], [2], [2], [3], [3]]);
});

test("examples with targets are answered with numbers, all others with classes", () => {
  const targets = { values: new Float32Array(12), shape: [2, 3] };
  expect(targetKindOf({ targets })).toBe("numbers");
  expect(outputsFor({ targets, classes: 0 })).toBe(6);
  expect(targetKindOf({})).toBe("classes");
  expect(outputsFor({ classes: 10 })).toBe(10);
});
