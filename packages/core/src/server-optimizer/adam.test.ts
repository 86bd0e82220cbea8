import { fullRounds, serverPath, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { adam } from "./adam.ts";

const delta = fc.double({ min: -100, max: 100, noNaN: true });
const deltas = fc.array(delta, { minLength: 1, maxLength: 8 });

strategyConformance({
  name: "FedAdam",
  plan: (versions) => federated({ ...fullRounds, serverOptimizer: adam({ learningRate: 0.1 }), versions }),
  tolerance: 1e-3,
});

test("without memory (β₁ = β₂ = 0) every step is η Δ̄ / (|Δ̄| + τ)", () => {
  fc.assert(
    fc.property(deltas, fc.double({ min: 1e-3, max: 2, noNaN: true }), (given, tau) => {
      const path = serverPath(adam({ learningRate: 0.5, beta1: 0, beta2: 0, tau }), 0, given);
      let x = 0;
      for (const [k, d] of given.entries()) {
        x = Math.fround(x + (0.5 * d) / (Math.sqrt(d * d) + tau));
        expect(path[k]).toBe(x);
      }
    }),
  );
});

test("a step is never longer than η / (1 − β₁) · √(1 / (1 − β₂)), whatever the deltas", () => {
  // |m| ≤ max |Δ̄| of the past, weighted, and √v ≥ √(1 − β₂) |Δ̄| of each; with β₁ = 0: η |Δ̄| / (√(1 − β₂) |Δ̄|).
  fc.assert(
    fc.property(deltas, (given) => {
      const path = [0, ...serverPath(adam({ learningRate: 0.1, beta1: 0, beta2: 0.99 }), 0, given)];
      const steps = given.map((_, k) => Math.abs((path[k + 1] ?? 0) - (path[k] ?? 0)));
      expect(Math.max(...steps)).toBeLessThanOrEqual(0.1 * Math.sqrt(1 / (1 - 0.99)) + 1e-5);
    }),
  );
});

test("where τ is large it is momentum on the server with the rate η (1 − β₁) / 2τ at first", () => {
  // With τ = 2^20 and deltas up to 100, √v moves from τ by less than 100²/τ²: nothing that a float32 would show.
  const tau = 2 ** 20;
  fc.assert(
    fc.property(deltas, (given) => {
      const path = serverPath(adam({ learningRate: 2 * tau, beta1: 0.9, beta2: 1 - 2 ** -30, tau }), 0, given);
      let v = 0;
      let x = 0;
      for (const [k, d] of given.entries()) {
        v = 0.9 * v + 0.1 * d;
        x += v;
        expect(path[k]).toBeCloseTo(x, 2);
      }
    }),
  );
});

test("by hand: η = 1, β₁ = ½, β₂ = ¾, τ = 1, deltas 3 and −1", () => {
  // m = 1½, v = ¾ + ¼ · 9 = 3, x = 1.5 / (√3 + 1) = 0.549038;
  // m = ¾ − ½ = ¼, v = 2¼ + ¼ = 2½, x = 0.549038 + 0.25 / (√2.5 + 1) = 0.645895.
  const [first, second] = serverPath(adam({ learningRate: 1, beta1: 0.5, beta2: 0.75, tau: 1 }), 0, [3, -1]);
  expect(first).toBeCloseTo(0.549038, 6);
  expect(second).toBeCloseTo(0.645895, 6);
});

test("the defaults are those of the paper's experiments", () => {
  expect(adam({ learningRate: 0.1 }).part.options).toEqual({ learningRate: 0.1, beta1: 0.9, beta2: 0.99, tau: 0.001 });
});

test.each([
  { learningRate: 0 },
  { learningRate: 1, beta1: 1 },
  { learningRate: 1, beta2: 1 },
  { learningRate: 1, tau: 0 },
])("%j is refused", (options) => {
  expect(() => adam(options)).toThrow('server-optimizer "adam"');
});
