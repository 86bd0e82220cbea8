import { rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, holdOut, joined, rowsByClass } from "./rows.ts";
import { examplesOf } from "./sample-examples.ts";

const key = rootKey(1);

describe("rows", () => {
  test("by class are all rows of that class, in an order that the key decides, and none for a class without rows", () => {
    const examples = examplesOf([40, 0, 3]);
    const classes = rowsByClass(examples, key);
    const numbers = (length: number, first: number): readonly number[] => Array.from({ length }, (_, i) => first + i);
    expect(classes.map((rows) => [...rows].sort((a, b) => a - b))).toEqual([numbers(40, 0), [], numbers(3, 40)]);
    expect(rowsByClass(examples, key)).toEqual(classes);
    expect(rowsByClass(examples, rootKey(2))).not.toEqual(classes);
  });

  test("that are cut and joined again are the same rows", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 12 }), (sizes) => {
        const rows = Uint32Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, i) => 7 * i);
        const pieces = cut(rows, Uint32Array.from(sizes));
        expect(pieces.map(({ length }) => length)).toEqual(sizes);
        expect(joined(pieces)).toEqual(rows);
      }),
    );
  });

  test.each([
    [10, 0.25, 3], // 2.5, rounded up
    [10, 0.01, 1], // at least one
    [2, 0.9, 1], // one stays to train on
    [1, 0.9, 0],
    [10, 0, 0],
  ])("of %i, a share of %f holds %i out", (count, share, expected) => {
    const rows = Uint32Array.from({ length: count }, (_, i) => i);
    const [client] = holdOut([rows], share, key);
    expect(client?.test).toHaveLength(expected);
    expect([...(client?.train ?? []), ...(client?.test ?? [])].sort((a, b) => a - b)).toEqual([...rows]);
  });
});
