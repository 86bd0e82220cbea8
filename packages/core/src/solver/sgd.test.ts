import { descent, fullRounds, type Gradient, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { sgd } from "./sgd.ts";

const float = fc.float({ min: -10, max: 10, noNaN: true });
const rate = fc.double({ min: 1e-3, max: 0.5, noNaN: true });

/** The gradient of ½ ‖x − centre‖². */
const towards =
  (centre: number): Gradient =>
  (x) =>
    x.map((value) => value - centre);

strategyConformance({
  name: "federated averaging with momentum on the clients",
  plan: (versions) => federated({ ...fullRounds, solver: sgd({ learningRate: 0.05, momentum: 0.9 }), versions }),
  tolerance: 1e-3,
});

test("on a quadratic the distance to the centre shrinks by 1 − η in every step", () => {
  fc.assert(
    fc.property(rate, float, float, fc.integer({ min: 1, max: 20 }), (learningRate, centre, start, steps) => {
      const path = descent(sgd({ learningRate }), towards(centre), Float32Array.of(start), steps);
      const expected = centre + (1 - learningRate) ** steps * (start - centre);
      // 20 steps with a few roundings of numbers up to 20 each.
      expect(Math.abs((path.at(-1)?.[0] ?? Number.NaN) - expected)).toBeLessThan(20 * 4 * 20 * 2 ** -24);
    }),
  );
});

test("without weight decay and momentum the step is the gradient's alone, bit for bit", () => {
  fc.assert(
    fc.property(rate, float, float, (learningRate, start, g) => {
      const [next] = descent(sgd({ learningRate }), () => Float32Array.of(g), Float32Array.of(start), 1);
      expect(next?.[0]).toBe(Math.fround(start - Math.fround(Math.fround(learningRate) * g)));
    }),
  );
});

test("momentum 0 and weight decay 0 are the plain solver itself", () => {
  const { slots, step } = sgd({ learningRate: 0.1 });
  expect(sgd({ learningRate: 0.1, momentum: 0, weightDecay: 0 })).toMatchObject({ slots, step });
  expect(slots).toEqual([]);
});

test("weight decay is the gradient of ½ λ ‖x‖²", () => {
  fc.assert(
    fc.property(rate, float, float, (weightDecay, centre, start) => {
      const decayed = descent(sgd({ learningRate: 0.1, weightDecay }), towards(centre), Float32Array.of(start), 3);
      const lambda = Math.fround(weightDecay);
      const added: Gradient = (x) => x.map((value) => Math.fround(value - centre) + Math.fround(lambda * value));
      expect(decayed).toEqual(descent(sgd({ learningRate: 0.1 }), added, Float32Array.of(start), 3));
    }),
  );
});

test("by hand: η = ½, β = ½, λ = 1 from 4, gradient 2 each time", () => {
  // g = 2 + 4 = 6, m = 6, x = 4 − 3 = 1; g = 2 + 1 = 3, m = 3 + 3 = 6, x = 1 − 3 = −2.
  const solver = sgd({ learningRate: 0.5, momentum: 0.5, weightDecay: 1 });
  const path = descent(solver, () => Float32Array.of(2), Float32Array.of(4), 2);
  expect(path.map(([x]) => x)).toEqual([1, -2]);
});

test.each([{ learningRate: 0 }, { learningRate: 0.1, momentum: 1 }, { learningRate: 0.1, weightDecay: -1 }])(
  "%j is refused",
  (options) => {
    expect(() => sgd(options)).toThrow('solver "sgd"');
  },
);
