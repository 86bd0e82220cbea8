import { fullRounds, serverPath, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";

const delta = fc.double({ min: -100, max: 100, noNaN: true });
const deltas = fc.array(delta, { minLength: 1, maxLength: 10 });

strategyConformance({
  name: "FedAdagrad",
  plan: (versions) => federated({ ...fullRounds, serverOptimizer: adagrad({ learningRate: 0.3 }), versions }),
  tolerance: 1e-3,
});

test("every step is η Δ̄ / (√(τ² + Σ Δ̄²) + τ)", () => {
  fc.assert(
    fc.property(deltas, (given) => {
      const path = serverPath(adagrad({ learningRate: 0.5, tau: 0.1 }), 0, given);
      let x = 0;
      let sum = 0.1 * 0.1;
      for (const [k, d] of given.entries()) {
        sum += d * d;
        x = Math.fround(x + (0.5 * d) / (Math.sqrt(sum) + 0.1));
        expect(path[k]).toBe(x);
      }
    }),
  );
});

test("steps of equal deltas shrink like 1/√k", () => {
  const path = [0, ...serverPath(adagrad({ learningRate: 1, tau: 1e-6 }), 0, new Array<number>(100).fill(1))];
  const step = (k: number): number => (path[k] ?? 0) - (path[k - 1] ?? 0);
  for (const k of [1, 4, 25, 100]) expect(step(k)).toBeCloseTo(1 / Math.sqrt(k), 4);
});

test("the order of earlier deltas does not matter to the scale", () => {
  fc.assert(
    fc.property(deltas, (given) => {
      const settled = (order: readonly number[]): number => {
        const path = [0, ...serverPath(adagrad({ learningRate: 1 }), 0, [...order, 1])];
        return (path.at(-1) ?? 0) - (path.at(-2) ?? 0);
      };
      expect(settled(given.toReversed())).toBeCloseTo(settled(given), 4);
    }),
  );
});

test("its first step is that of adam without memory of earlier scales but τ²", () => {
  // Adagrad: √(τ² + Δ̄²); adam with β₂ = 0: √Δ̄². They agree where τ is nothing beside Δ̄.
  const [one] = serverPath(adagrad({ learningRate: 1, tau: 1e-9 }), 0, [3]);
  const [other] = serverPath(adam({ learningRate: 1, beta1: 0, beta2: 0, tau: 1e-9 }), 0, [3]);
  expect(one).toBe(other);
});

test("by hand: η = 1, β₁ = 0, τ = 4, deltas 3 and −12", () => {
  // v = 16 + 9 = 25, x = 3 / (5 + 4) = ⅓; v = 25 + 144 = 169, x = ⅓ − 12 / (13 + 4) = −0.372549.
  const [first, second] = serverPath(adagrad({ learningRate: 1, tau: 4 }), 0, [3, -12]);
  expect(first).toBe(Math.fround(1 / 3));
  expect(second).toBeCloseTo(-0.372549, 6);
});

test("it has no memory of directions by default, and no β₂ at all", () => {
  expect(adagrad({ learningRate: 0.1 }).part.options).toEqual({ learningRate: 0.1, beta1: 0, tau: 0.001 });
  expect(() => adagrad.parse({ learningRate: 0.1, beta2: 0.9 })).toThrow('has no option "beta2"');
});

test.each([{ learningRate: 0 }, { learningRate: 1, beta1: 1 }, { learningRate: 1, tau: 0 }])(
  "%j is refused",
  (options) => {
    expect(() => adagrad(options)).toThrow('server-optimizer "adagrad"');
  },
);
