import { solver } from "@potluck/core";
import { expect, test } from "vitest";
import { descent } from "./local-descent.ts";

test("the path has the parameters after each step, and the start is left as it was", () => {
  const anchor = Float32Array.of(8, -8);
  // x ← x − ½ x
  const path = descent(solver.sgd({ learningRate: 0.5 }), (x) => x, anchor, 3);
  expect(path).toEqual([Float32Array.of(4, -4), Float32Array.of(2, -2), Float32Array.of(1, -1)]);
  expect(anchor).toEqual(Float32Array.of(8, -8));
  expect(descent(solver.sgd({ learningRate: 0.5 }), (x) => x, anchor, 0)).toEqual([]);
});

test("a solver's state goes from step to step, and the anchor stays the start", () => {
  // Momentum ½: m = 1, 1½; x = −1, −2½.
  const pushed = descent(
    solver.sgd({ learningRate: 1, momentum: 0.5 }),
    () => Float32Array.of(1),
    new Float32Array(1),
    2,
  );
  expect(pushed.map(([x]) => x)).toEqual([-1, -2.5]);
  // Pulled back to 0 with μ = 1, η = ½: −½, then −½ − ½ (1 − ½) = −¾.
  const pulled = descent(
    solver.fedProx({ learningRate: 0.5, mu: 1 }),
    () => Float32Array.of(1),
    new Float32Array(1),
    2,
  );
  expect(pulled.map(([x]) => x)).toEqual([-0.5, -0.75]);
});
