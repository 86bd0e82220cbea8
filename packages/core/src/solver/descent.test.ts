import { descent } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { descend } from "./descent.ts";
import { gradient } from "./solver.ts";

const gradients = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 });

/** The path of one parameter from 0 whose gradients are given. */
function path(values: readonly number[], learningRate: number, momentum: number): readonly (number | undefined)[] {
  let at = 0;
  const next = (): Float32Array => Float32Array.of(values[at++] ?? 0);
  const solver = descend(gradient, learningRate, momentum);
  return descent(solver, next, new Float32Array(1), values.length).map(([x]) => x);
}

test("without momentum each step is the learning rate times the direction, and nothing is remembered", () => {
  expect(descend(gradient, 0.1, 0).slots).toEqual([]);
  fc.assert(
    fc.property(gradients, (values) => {
      let x = 0;
      const expected = values.map((g) => (x = Math.fround(x - Math.fround(Math.fround(0.1) * g))));
      expect(path(values, 0.1, 0)).toEqual(expected);
    }),
  );
});

test("with momentum each step repeats part of the one before", () => {
  fc.assert(
    fc.property(gradients, (values) => {
      let x = 0;
      let m = 0;
      const expected = values.map((g) => {
        m = Math.fround(Math.fround(Math.fround(0.9) * m) + g);
        return (x = Math.fround(x - Math.fround(Math.fround(0.1) * m)));
      });
      expect(path(values, 0.1, 0.9)).toEqual(expected);
    }),
  );
});

test("by hand: η = 1, β = ½, gradients 1, 0, 0 move by 1, ½, ¼", () => {
  // m = 1, ½, ¼; x = −1, −1½, −1¾
  expect(path([1, 0, 0], 1, 0.5)).toEqual([-1, -1.5, -1.75]);
});
