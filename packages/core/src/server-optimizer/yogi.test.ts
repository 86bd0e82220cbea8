import { fullRounds, serverPath, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import type { ServerOptimizer } from "./server-optimizer.ts";
import { yogi } from "./yogi.ts";

const delta = fc.double({ min: -100, max: 100, noNaN: true });
const deltas = fc.array(delta, { minLength: 1, maxLength: 20 });

/** The scale after each delta. */
function scales(optimizer: ServerOptimizer, given: readonly number[]): readonly number[] {
  const slots = { direction: new Float64Array(1), scale: Float64Array.of(optimizer.slots["scale"] ?? Number.NaN) };
  return given.map((d) => {
    optimizer.step({ params: new Float32Array(1), delta: Float64Array.of(d), slots });
    return slots.scale[0] ?? Number.NaN;
  });
}

strategyConformance({
  name: "FedYogi",
  plan: (versions) => federated({ ...fullRounds, serverOptimizer: yogi({ learningRate: 0.1 }), versions }),
  tolerance: 1e-3,
});

test("the scale stays above zero and moves by at most (1 − β₂) Δ̄² a round, towards Δ̄²", () => {
  fc.assert(
    fc.property(deltas, fc.constantFrom(0, 0.5, 0.99), fc.constantFrom(1e-3, 1, 50), (given, beta2, tau) => {
      const path = [tau * tau, ...scales(yogi({ learningRate: 1, beta2, tau }), given)];
      for (const [k, d] of given.entries()) {
        const [before = Number.NaN, after = Number.NaN] = [path[k], path[k + 1]];
        expect(after).toBeGreaterThan(0);
        expect(Math.abs(after - before)).toBeLessThanOrEqual((1 - beta2) * d * d * (1 + 1e-9) + 1e-12 * before);
        if (after !== before) expect(Math.sign(after - before)).toBe(Math.sign(d * d - before));
      }
    }),
  );
});

test("it is adam where the scale is Δ̄² or 2 Δ̄²: there both rules say the same", () => {
  // Adam changes v by −(1 − β₂)(v − Δ̄²), yogi by −(1 − β₂) Δ̄² sign(v − Δ̄²): equal for v − Δ̄² = 0 and = Δ̄².
  // Powers of two and β₂ = ½ keep every product exact.
  for (const tau of [0.25, 1, 4]) {
    const options = { learningRate: 0.1, beta1: 0.5, beta2: 0.5, tau };
    expect(scales(yogi(options), [tau])).toEqual(scales(adam(options), [tau]));
    expect(serverPath(yogi(options), 0, [-tau])).toEqual(serverPath(adam(options), 0, [-tau]));
  }
  // τ² = 2 · (√2 τ/2)²; √2/2 is rounded, so these agree to rounding only.
  const options = { learningRate: 0.1, beta2: 0.9, tau: 1 };
  expect(scales(yogi(options), [Math.SQRT1_2])[0]).toBeCloseTo(scales(adam(options), [Math.SQRT1_2])[0] ?? 0, 12);
});

test("it forgets a burst more slowly than adam and learns of one no faster", () => {
  fc.assert(
    fc.property(fc.double({ min: 2, max: 100, noNaN: true }), (burst) => {
      const options = { learningRate: 1, beta2: 0.9, tau: 1e-3 };
      const given = [burst, ...new Array<number>(10).fill(1e-2)];
      const [slow, fast] = [scales(yogi(options), given), scales(adam(options), given)];
      expect(slow[0]).toBeCloseTo(fast[0] ?? 0, 3);
      for (let k = 2; k < given.length; k++) expect(slow[k]).toBeGreaterThan(fast[k] ?? Infinity);
    }),
  );
});

test("with β₂ = 0 it is adagrad, bit for bit, as long as each Δ̄² is above the sum of those before", () => {
  const growing = fc
    .array(fc.double({ min: 1.5, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 })
    .map((factors) => factors.reduce<readonly number[]>((all, factor) => [...all, (all.at(-1) ?? 0.01) * factor], []));
  fc.assert(
    fc.property(growing, fc.constantFrom(0, 0.9), (given, beta1) => {
      const options = { learningRate: 0.1, beta1, tau: 1e-3 };
      expect(serverPath(yogi({ ...options, beta2: 0 }), 1, given)).toEqual(serverPath(adagrad(options), 1, given));
    }),
  );
});

test("by hand: η = 1, β₁ = 0, β₂ = ¾, τ = 1, deltas 3 and 1", () => {
  // v = 1 < 9, so v = 1 + ¼ · 9 = 3¼, x = 3 / (√3.25 + 1) = 1.070367;
  // v = 3¼ > 1, so v = 3¼ − ¼ = 3, x = 1.070367 + 1 / (√3 + 1) = 1.436392.
  const [first, second] = serverPath(yogi({ learningRate: 1, beta1: 0, beta2: 0.75, tau: 1 }), 0, [3, 1]);
  expect(first).toBeCloseTo(1.070367, 5);
  expect(second).toBeCloseTo(1.436392, 5);
});

test("the defaults are those of the paper's experiments", () => {
  expect(yogi({ learningRate: 0.1 }).part.options).toEqual({ learningRate: 0.1, beta1: 0.9, beta2: 0.99, tau: 0.001 });
});

test.each([
  { learningRate: 0 },
  { learningRate: 1, beta1: 1 },
  { learningRate: 1, beta2: 1 },
  { learningRate: 1, tau: 0 },
])("%j is refused", (options) => {
  expect(() => yogi(options)).toThrow('server-optimizer "yogi"');
});
