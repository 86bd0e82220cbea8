import { fold, normals, rootKey, uniformStream } from "@potluck/core";
import { expect, test } from "vitest";
import { gradientOf, type Guess, mismatch, type Model, product, sketched, sketchOf, unsketched } from "./attack.ts";

const key = rootKey(3);
const model: Model = { inputs: 5, classes: 3, weights: normals(fold(key, "weights"), 18) };
const guess: Guess = {
  features: Float64Array.from({ length: 10 }, uniformStream(fold(key, "features"))),
  scores: normals(fold(key, "scores"), 6),
};
const sketch = sketchOf(0.5, 18, key);

test("the slope of the mismatch is what it changes by", () => {
  const seen = normals(fold(key, "seen"), 9);
  const { slope } = mismatch(model, guess, sketch, seen);
  const lossAt = (changed: Guess): number => mismatch(model, changed, sketch, seen).loss;
  const moved = (values: Float64Array, at: number, by: number): Float64Array =>
    values.map((value, i) => (i === at ? value + by : value));
  for (const part of ["features", "scores"] as const) {
    for (const at of guess[part].keys()) {
      const [above, below] = [1e-5, -1e-5].map((by) => lossAt({ ...guess, [part]: moved(guess[part], at, by) }));
      expect(((above ?? 0) - (below ?? 0)) / 2e-5).toBeCloseTo(slope[part][at] ?? 0, 7);
    }
  }
});

test("the sketch and its way back are transposes of each other", () => {
  const [g, r] = [normals(fold(key, "g"), 18), normals(fold(key, "r"), 9)];
  expect(product(sketched(sketch, g), r)).toBeCloseTo(product(g, unsketched(sketch, r)), 12);
});

test("nothing is amiss with the examples that were seen", () => {
  expect(mismatch(model, guess, sketch, sketched(sketch, gradientOf(model, guess))).loss).toBe(0);
});
