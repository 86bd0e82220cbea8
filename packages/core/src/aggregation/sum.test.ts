import {
  aggregationConformance,
  fullRounds,
  handWindows,
  meanOptimum,
  outcomeOf,
  quadraticClients,
  rehearse,
  strategyConformance,
  takeInto,
  windowWith,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { encodePlain } from "../base/plain-data.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { mean } from "./mean.ts";
import { sum, type SumOptions } from "./sum.ts";

const divisors = ["updates", "clients", "examples", "share"] as const satisfies readonly SumOptions["divideBy"][];
const updates = [
  { delta: [4, 0], weight: 1 },
  { delta: [8, -2], weight: 3 },
];

for (const divideBy of divisors) {
  for (const perStep of ["on", "off"] as const) aggregationConformance(sum({ divideBy, perStep }));
}

strategyConformance({
  name: "federated averaging with a sum over all clients",
  plan: (versions) =>
    federated({ ...fullRounds, weighting: uniform(), aggregation: sum({ divideBy: "clients" }), versions }),
  objective: "per client",
  weights: "absolute",
  tolerance: 1e-3,
});

strategyConformance({
  name: "federated averaging with a sum over all examples",
  plan: (versions) => federated({ ...fullRounds, aggregation: sum({ divideBy: "examples" }), versions }),
  weights: "absolute",
  tolerance: 1e-3,
});

describe("by hand, in a fleet of 8 clients with 40 examples:", () => {
  // 1 · (4, 0) + 3 · (8, −2) = (28, −6)
  test.each([
    // 2 updates
    ["updates", 2],
    ["clients", 8],
    ["examples", 40],
    // 2 clients hold 2 · 40 / 8 examples on average
    ["share", 10],
  ] as const)("divided by %s, that is by %d", (divideBy, divisor) => {
    const aggregation = sum({ divideBy });
    const { delta, scale } = outcomeOf(aggregation, windowWith(aggregation, updates), { population: 8, examples: 40 });
    expect(delta).toEqual([28 / divisor, -6 / divisor]);
    expect(scale).toBe(1 / divisor);
  });
});

test("by hand, per step: two updates of 2 and 6 steps in a fleet of 8 clients", () => {
  const aggregation = sum({ divideBy: "clients", perStep: "on" });
  const state = windowWith(aggregation, [], 2);
  const [one, other] = [
    { delta: [4, 2], weight: 1, steps: 2 },
    { delta: [12, 0], weight: 3, steps: 6 },
  ];
  // 1 / 2 and 3 / 6
  expect(takeInto(aggregation, state, [one, other])).toEqual([0.5, 0.5]);
  // ½ · (4, 2) + ½ · (12, 0) = (8, 1), by 8 clients
  expect(outcomeOf(aggregation, state, { population: 8, examples: 40 })).toEqual({ delta: [1, 1 / 8], scale: 1 / 8 });
});

test("per step, an update moves the model as far whoever else is in its window, and however many steps others take", () => {
  const aggregation = sum({ divideBy: "clients", perStep: "on" });
  const fleet = { population: 20, examples: 1 };
  fc.assert(
    fc.property(handWindows, (given) => {
      const whole = outcomeOf(aggregation, windowWith(aggregation, given), fleet).delta;
      const alone = given.map((update) => outcomeOf(aggregation, windowWith(aggregation, [update]), fleet).delta);
      whole.forEach((x, i) => {
        expect(x).toBeCloseTo(
          alone.reduce((total, delta) => total + (delta[i] ?? 0), 0),
          9,
        );
      });
    }),
  );
});

test("with unequal numbers of steps it comes to the optimum that was asked for per step, and to another without", () => {
  // Epochs of batches of one: client k has 1 + k examples and takes as many steps. Each client is to count the same.
  const clients = quadraticClients(rootKey(4), 6, 4);
  const optimum = meanOptimum(clients);
  const distance = (perStep: "on" | "off"): number => {
    const plan = federated({
      pacing: rounds({ cohort: 6 }),
      weighting: uniform(),
      aggregation: sum({ divideBy: "clients", perStep }),
      solver: sgd({ learningRate: 0.005 }),
      work: { epochs: 1, batchSize: 1 },
      versions: 1600,
    });
    const { published } = rehearse({ plan, clients, params: new Float32Array(4) });
    const last = published.at(-1) ?? new Float32Array(4);
    return Math.hypot(...Array.from(optimum, (x, i) => x - (last[i] ?? 0)));
  };
  expect(distance("on")).toBeLessThan(0.03);
  expect(distance("off")).toBeGreaterThan(0.1);
});

test("an update counts by its weight, whatever else is in the window", () => {
  const aggregation = sum({ divideBy: "clients" });
  fc.assert(
    fc.property(handWindows, (given) => {
      expect(takeInto(aggregation, windowWith(aggregation, [], 3), given)).toEqual(given.map(({ weight }) => weight));
      const fleet = { population: 20, examples: 1 };
      expect(outcomeOf(aggregation, windowWith(aggregation, given), fleet).scale).toBe(1 / 20);
    }),
  );
});

test("where everyone is there, with weights of 1, it is the mean to the last bit, by updates and by clients", () => {
  fc.assert(
    fc.property(handWindows, (given) => {
      const everyone = given.map((update, client) => ({ ...update, client, weight: 1 }));
      const fleet = { population: everyone.length, examples: 1 };
      const expected = outcomeOf(mean(), windowWith(mean(), everyone));
      for (const divideBy of ["updates", "clients"] as const) {
        const aggregation = sum({ divideBy });
        expect(outcomeOf(aggregation, windowWith(aggregation, everyone), fleet)).toEqual(expected);
      }
    }),
  );
});

test("where everyone is there, with examples as weights, it is the mean to the last bit, by examples", () => {
  const aggregation = sum({ divideBy: "examples" });
  fc.assert(
    fc.property(handWindows, (given) => {
      const everyone = given.map((update, client) => ({ ...update, client, weight: 1 + client }));
      const examples = everyone.reduce((total, { weight }) => total + weight, 0);
      const expected = outcomeOf(mean(), windowWith(mean(), everyone));
      const fleet = { population: everyone.length, examples };
      expect(outcomeOf(aggregation, windowWith(aggregation, everyone), fleet)).toEqual(expected);
    }),
  );
});

test("a discount that all share cancels in a mean, and counts in a sum", () => {
  const discounted = updates.map((update) => ({ ...update, weight: update.weight / 2 }));
  expect(outcomeOf(mean(), windowWith(mean(), discounted)).delta).toEqual([7, -1.5]);
  expect(outcomeOf(sum(), windowWith(sum(), updates)).delta).toEqual([14, -3]);
  expect(outcomeOf(sum(), windowWith(sum(), discounted)).delta).toEqual([7, -1.5]);
});

test("a fleet without examples moves nothing", () => {
  const aggregation = sum({ divideBy: "examples" });
  const none = { population: 2, examples: 0 };
  expect(outcomeOf(aggregation, windowWith(aggregation, updates), none)).toEqual({ delta: [0, 0], scale: 0 });
});

test("the window is as large for a thousand updates as for one", () => {
  const size = (count: number): number =>
    encodePlain(
      windowWith(
        sum(),
        Array.from({ length: count }, () => ({ delta: [1, 2], weight: 2 })),
      ),
    ).length;
  expect(size(1000)).toBe(size(1));
});

test("it divides by one of four", () => {
  expect(sum().part).toEqual({ room: "aggregation", name: "sum", options: { divideBy: "updates", perStep: "off" } });
  expect(() => sum.parse({ divideBy: "weights" })).toThrow('aggregation "sum": divideBy must be one of "updates"');
});
