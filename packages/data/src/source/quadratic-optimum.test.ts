import type { Examples } from "@potluck/core";
import { expect, test } from "vitest";
import { quadraticOptimum } from "./quadratic-optimum.ts";

/** Four rows over two coordinates: 2x = 2, y = 3 of one client; 1x = 5, 3y = 0 of another. */
const examples: Examples = {
  count: 4,
  shape: [2],
  features: Float32Array.of(2, 0, 0, 1, 1, 0, 0, 3),
  scale: 1,
  labels: new Uint8Array(0),
  classes: 0,
  targets: { values: Float32Array.of(2, 3, 5, 0), shape: [1] },
};
const [first, second] = [Uint32Array.of(0, 1), Uint32Array.of(2, 3)];

test("one part alone is best where its own loss is 0", () => {
  expect(quadraticOptimum(examples, [{ rows: first, weight: 7 }])).toEqual(Float64Array.of(1, 3));
  expect(quadraticOptimum(examples, [{ rows: second, weight: 0.5 }])).toEqual(Float64Array.of(5, 0));
});

test("weighted parts by hand", () => {
  // x: (½ · 2 · 2 + ½ · ½ · 1 · 5 …) with weights 1 and 2 and two rows each: (½ · 4 + 1 · 5) ÷ (½ · 4 + 1 · 1) = 7/3
  // y: (½ · 3 + 1 · 0) ÷ (½ · 1 + 1 · 9) = 1.5/9.5
  const optimum = quadraticOptimum(examples, [
    { rows: first, weight: 1 },
    { rows: second, weight: 2 },
  ]);
  expect(optimum?.[0]).toBeCloseTo(7 / 3, 14);
  expect(optimum?.[1]).toBeCloseTo(1.5 / 9.5, 14);
});

test("a row that is there twice counts twice within its part, and the part no more than before", () => {
  const doubled = Uint32Array.of(0, 1, 0, 1);
  const parts = (rows: Uint32Array) => [
    { rows, weight: 1 },
    { rows: second, weight: 1 },
  ];
  expect(quadraticOptimum(examples, parts(doubled))).toEqual(quadraticOptimum(examples, parts(first)));
});

test("there is no optimum where nothing that counts tells a coordinate", () => {
  expect(quadraticOptimum(examples, [{ rows: Uint32Array.of(0, 2), weight: 1 }])).toBeNull();
  expect(quadraticOptimum(examples, [{ rows: first, weight: 0 }])).toBeNull();
  expect(quadraticOptimum(examples, [])).toBeNull();
});
