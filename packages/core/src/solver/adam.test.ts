import {
  descent,
  fullRounds,
  type Gradient,
  pooledOptimum,
  quadraticClients,
  rehearse,
  strategyConformance,
} from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { federated } from "../plan/federated.ts";
import { adam } from "./adam.ts";

const gradient = fc.float({ min: Math.fround(0.01), max: 100, noNaN: true });
const constant =
  (g: number): Gradient =>
  () =>
    Float32Array.of(g);

function path(options: Parameters<typeof adam>[0], gradients: readonly number[]): readonly (number | undefined)[] {
  let at = 0;
  const next: Gradient = () => Float32Array.of(gradients[at++] ?? 0);
  return descent(adam(options), next, new Float32Array(1), gradients.length).map(([x]) => x);
}

strategyConformance({
  name: "federated averaging with Adam on the clients",
  plan: (versions) => federated({ ...fullRounds, solver: adam({ learningRate: 0.1 }), versions }),
  declined: [
    {
      law: "converges on a quadratic",
      reason:
        "Adam's steps are of one length whatever the distance, so that the pulls of unlike clients balance where as many " +
        "parameters want up as down, not at the minimum of the mean loss; with clients alike it converges, see below",
    },
  ],
});

test("a constant gradient of any size moves the parameter by η per step, against its sign", () => {
  fc.assert(
    fc.property(gradient, fc.constantFrom(-1, 1), (size, sign) => {
      const steps = path({ learningRate: 0.125 }, new Array<number>(10).fill(sign * size));
      // Bias correction makes both moments exact for a constant gradient; ε = 1e-8 is nothing beside 0.01.
      steps.forEach((x, k) => {
        expect(x).toBeCloseTo(-sign * 0.125 * (k + 1), 4);
      });
    }),
  );
});

test("the size of the gradients does not matter, only their ratios", () => {
  fc.assert(
    fc.property(fc.array(gradient, { minLength: 2, maxLength: 6 }), (gradients) => {
      const steps = path({ learningRate: 0.1, epsilon: 1e-30 }, gradients);
      const scaled = path(
        { learningRate: 0.1, epsilon: 1e-30 },
        gradients.map((g) => 64 * g),
      );
      expect(scaled).toEqual(steps);
    }),
  );
});

test("without memory (β₁ = β₂ = 0) every step is η g / (|g| + ε)", () => {
  fc.assert(
    fc.property(fc.array(gradient, { minLength: 1, maxLength: 5 }), (gradients) => {
      const steps = path({ learningRate: 0.5, beta1: 0, beta2: 0, epsilon: 0.25 }, gradients);
      let x = 0;
      gradients.forEach((g, k) => {
        x -= (0.5 * g) / (g + 0.25);
        expect(steps[k]).toBeCloseTo(x, 5);
      });
    }),
  );
});

test("moments start at zero in every task: the same task twice has the same answer", () => {
  const solver = adam({ learningRate: 0.1 });
  const start = Float32Array.of(1);
  expect(descent(solver, constant(2), start, 5)).toEqual(descent(solver, constant(2), start, 5));
  expect(solver.slots).toEqual(["first-moment", "second-moment"]);
});

test("weight decay is coupled: it goes through the moments", () => {
  const start = Float32Array.of(2);
  const decayed = descent(adam({ learningRate: 0.1, weightDecay: 0.5 }), constant(1), start, 4);
  const added = descent(adam({ learningRate: 0.1 }), (x) => x.map((value) => 1 + 0.5 * value), start, 4);
  expect(decayed).toEqual(added);
});

test("by hand: η = 1, β₁ = ½, β₂ = ¾, ε = 1, gradients 1 and 3", () => {
  // Step 1: m = ½, v = ¼; corrected m = ½ / ½ = 1, v = ¼ / ¼ = 1; x = −1 / (1 + 1) = −½.
  // Step 2: m = ¼ + 1½ = 1¾, v = 3/16 + 9/4 = 39/16; corrected m = 1¾ / ¾ = 7/3, v = (39/16) / (7/16) = 39/7;
  //         x = −½ − (7/3) / (√(39/7) + 1) = −0.5 − 2.33333 / 3.36039 = −1.19436.
  const [first, second] = path({ learningRate: 1, beta1: 0.5, beta2: 0.75, epsilon: 1 }, [1, 3]);
  expect(first).toBeCloseTo(-0.5, 6);
  expect(second).toBeCloseTo(-0.5 - 7 / 3 / (Math.sqrt(39 / 7) + 1), 5);
  expect(second).toBeCloseTo(-1.19436, 4);
});

test.each([
  { learningRate: 0 },
  { learningRate: 1, beta1: 1 },
  { learningRate: 1, beta2: -0.1 },
  { learningRate: 1, epsilon: 0 },
])("%j is refused", (options) => {
  expect(() => adam(options)).toThrow('solver "adam"');
});

test("clients that are alike bring a federation to where they agree", () => {
  const alike = quadraticClients(rootKey(7), 12, 5).map((client, _, [first]) => ({
    ...client,
    centre: first?.centre ?? client.centre,
  }));
  const plan = federated({ ...fullRounds, solver: adam({ learningRate: 0.02 }), versions: 100 });
  const last = rehearse({ plan, clients: alike, params: new Float32Array(5) }).published.at(-1) ?? [];
  // Near the optimum steps do not get shorter than about η: five of them are a round.
  pooledOptimum(alike).forEach((x, i) => {
    expect(Math.abs((last[i] ?? Number.NaN) - x)).toBeLessThan(5 * 0.02);
  });
});
