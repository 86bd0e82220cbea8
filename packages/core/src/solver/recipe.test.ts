import { descent, type Gradient } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layoutOf } from "../params/layout.ts";
import { adam } from "./adam.ts";
import { evaluate } from "./evaluate.ts";
import { fedProx } from "./fed-prox.ts";
import { sgd } from "./sgd.ts";

const solvers = [
  ["sgd", (options: object) => sgd({ learningRate: 0.125, ...options })],
  ["fed-prox", (options: object) => fedProx({ mu: 0.5, learningRate: 0.125, ...options })],
  ["adam", (options: object) => adam({ learningRate: 0.125, ...options })],
] as const;
const off = { clipNorm: null, schedule: "constant", warmUpSteps: 0, decaySteps: null, rules: [], weightDecay: 0 };
const vector = fc
  .array(fc.float({ min: -10, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((values) => Float32Array.from(values));

describe.each(solvers)("%s", (_, make) => {
  test("is the plain rule where everything is off, and where rules change nothing", () => {
    const { slots, step } = make({});
    expect(make(off)).toMatchObject({ slots, step });
    expect(make({ rules: [{ match: "*" }, { match: "head.*", weightDecay: 0 }] })).toMatchObject({ slots, step });
  });

  test("does the same with a clipped gradient as with a gradient that is short enough", () => {
    fc.assert(
      fc.property(vector, vector, (start, centre) => {
        const towards: Gradient = (x) => x.map((value, i) => value - (centre[i] ?? 0));
        const shortened: Gradient = (x) => {
          const g = towards(x);
          const factor = Math.min(1, Math.fround(2 / Math.fround(Math.hypot(...g))));
          return g.map((value) => value * factor);
        };
        const clipped = descent(make({ clipNorm: 2 }), towards, start, 4).at(-1) ?? start;
        const expected = descent(make({}), shortened, start, 4).at(-1) ?? start;
        clipped.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4));
      }),
    );
  });

  test("with a schedule takes each step as the solver with the rate of that step does, bit for bit", () => {
    const scheduled = make({ schedule: "step", decaySteps: 1, decayFactor: 0.5 });
    fc.assert(
      fc.property(vector, vector, vector, fc.integer({ min: 1, max: 5 }), (params, anchor, gradient, step) => {
        const memory = Object.fromEntries(scheduled.slots.map((slot) => [slot, gradient.map((x) => x * x)]));
        const bindings = { tensors: { params, anchor, gradient, ...memory }, step };
        // Halving is exact, so that it does not matter whether η or what it multiplies is rounded first.
        const plain = make({ learningRate: 0.125 * 0.5 ** (step - 1) });
        expect(evaluate(scheduled.step.params, bindings, 3)).toEqual(evaluate(plain.step.params, bindings, 3));
      }),
    );
  });

  test("refuses a schedule that is not said whole, and what the schedule has no use for", () => {
    expect(() => make({ schedule: "step", decayFactor: 0.5 })).toThrow('the schedule "step" needs decaySteps');
    expect(() => make({ schedule: "step", decaySteps: 5 })).toThrow('the schedule "step" needs decaySteps');
    expect(() => make({ schedule: "cosine", decaySteps: 5 })).toThrow('the schedule "cosine" has no decaySteps');
    expect(() => make({ decayFactor: 0.5 })).toThrow('the schedule "constant" has no decayFactor');
    expect(() => make({ schedule: "cosine", decayPower: 2 })).toThrow('the schedule "cosine" has no decayPower');
    expect(() => make({ schedule: "linear" })).toThrow("schedule must be one of");
  });
});

test.each([{ clipNorm: 0 }, { warmUpSteps: 1.5 }, { rules: [{ match: "*", learningRateFactor: -1 }] }])(
  "%j is refused",
  (options) => {
    expect(() => sgd({ learningRate: 0.1, ...options })).toThrow('solver "sgd"');
  },
);

test("by hand: warm-up of 2 and a straight line to ½ in 4 steps of η = 1, gradient 8", () => {
  // Factors: ½ · 1; 1 · 1; 1 · 1 (t = 0 of 2); 1 · (½ + ½ · ½) = ¾. Moves of 4, 8, 8 and 6.
  const solver = sgd({ learningRate: 1, warmUpSteps: 2, schedule: "polynomial", decayFactor: 0.5 });
  const path = descent(solver, () => Float32Array.of(8), Float32Array.of(0), 4);
  expect(path.map(([x]) => x)).toEqual([-4, -12, -20, -26]);
});

test("by hand: a gradient of length 5 clipped to 1, with weight decay, which is not clipped", () => {
  // g = (3, 4) / 5 + ½ · (2, 2) = (1.6, 1.8)
  const solver = sgd({ learningRate: 1, clipNorm: 1, weightDecay: 0.5 });
  const [x] = descent(solver, () => Float32Array.of(3, 4), Float32Array.of(2, 2), 1);
  expect(x?.[0]).toBeCloseTo(0.4, 6);
  expect(x?.[1]).toBeCloseTo(0.2, 6);
});

test("by hand: a head ten times as fast, biases without decay, the first match counts", () => {
  const layout = layoutOf([
    { name: "body.weight", shape: [1] },
    { name: "body.bias", shape: [1] },
    { name: "head.weight", shape: [1] },
    { name: "head.bias", shape: [1] },
  ]);
  const { step } = sgd({
    learningRate: 0.5,
    weightDecay: 1,
    rules: [
      { match: "head.*", learningRateFactor: 10 },
      { match: "*.bias", weightDecay: 0 },
    ],
  });
  const tensors = { params: Float32Array.of(2, 2, 2, 2), gradient: Float32Array.of(1, 1, 1, 1) };
  // 2 − ½ · 3, 2 − ½ · 1, 2 − 5 · 3, 2 − 5 · 3
  expect(evaluate(step.params, { tensors, step: 1, layout }, 4)).toEqual(Float32Array.of(0.5, 1.5, -13, -13));
});
