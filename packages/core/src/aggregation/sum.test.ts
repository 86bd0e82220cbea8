import {
  aggregationConformance,
  fullRounds,
  handWindows,
  outcomeOf,
  strategyConformance,
  takeInto,
  windowWith,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePlain } from "../base/plain-data.ts";
import { federated } from "../plan/federated.ts";
import { uniform } from "../weighting/uniform.ts";
import { mean } from "./mean.ts";
import { sum, type SumOptions } from "./sum.ts";

const divisors = ["updates", "clients", "examples", "share"] as const satisfies readonly SumOptions["divideBy"][];
const updates = [
  { delta: [4, 0], weight: 1 },
  { delta: [8, -2], weight: 3 },
];

for (const divideBy of divisors) aggregationConformance(sum({ divideBy }));

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
  expect(sum().part).toEqual({ room: "aggregation", name: "sum", options: { divideBy: "updates" } });
  expect(() => sum.parse({ divideBy: "weights" })).toThrow('aggregation "sum": divideBy must be one of "updates"');
});
