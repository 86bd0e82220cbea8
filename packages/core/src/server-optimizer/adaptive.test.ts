import { serverPath } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { adaptive } from "./adaptive.ts";

const delta = fc.double({ min: -100, max: 100, noNaN: true });
const tau = fc.double({ min: 1e-4, max: 10, noNaN: true });

test("v starts at τ², the smallest value that the paper allows, and m at 0", () => {
  expect(adaptive({ learningRate: 1, beta1: 0.5, tau: 0.5, scale: (v) => v }).slots).toEqual({
    direction: 0,
    scale: 0.25,
  });
});

test("with a scale that never moves every step is η m / 2τ: momentum on the server", () => {
  fc.assert(
    fc.property(tau, fc.array(delta, { minLength: 1, maxLength: 8 }), (t, deltas) => {
      const path = serverPath(adaptive({ learningRate: 0.1, beta1: 0.9, tau: t, scale: (v) => v }), 0, deltas);
      let m = 0;
      let x = 0;
      for (const [k, d] of deltas.entries()) {
        m = 0.9 * m + (1 - 0.9) * d;
        x = Math.fround(x + (0.1 * m) / (Math.sqrt(t * t) + t));
        expect(path[k]).toBe(x);
      }
    }),
  );
});

test("the rule for the scale is given the old scale and the squared delta", () => {
  const seen: (readonly [number, number])[] = [];
  const scale = (v: number, squared: number): number => {
    seen.push([v, squared]);
    return 2 * v;
  };
  serverPath(adaptive({ learningRate: 1, beta1: 0, tau: 2, scale }), 0, [3, -5]);
  // τ² = 4, then what the rule returned; 3² and (−5)².
  expect(seen).toEqual([
    [4, 9],
    [8, 25],
  ]);
});

test("by hand: η = 1, β₁ = ½, τ = 1, v ← Δ²: deltas 1 and 3", () => {
  // m = ½, v = 1, x = ½ / 2 = ¼; m = ¼ + 1½ = 1¾, v = 9, x = ¼ + 1¾ / 4 = 0.6875.
  const optimizer = adaptive({ learningRate: 1, beta1: 0.5, tau: 1, scale: (_, squared) => squared });
  expect(serverPath(optimizer, 0, [1, 3])).toEqual([0.25, 0.6875]);
});
