import { fullRounds, hexBits, stalenessConformance, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sum } from "../aggregation/sum.ts";
import { fedBuff } from "../pacing/fed-buff.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { constant } from "./constant.ts";
import { polynomial } from "./polynomial.ts";

for (const exponent of [0, 0.5, 1, 3, 1e-9, 1e9, Number.MAX_VALUE]) stalenessConformance(polynomial({ exponent }));

strategyConformance({
  name: "FedBuff with the polynomial discount",
  plan: (versions) =>
    federated({
      ...fullRounds,
      pacing: fedBuff({ updates: 12 }),
      solver: sgd({ learningRate: 0.02 }),
      staleness: polynomial(),
      weighting: uniform(),
      aggregation: sum(),
      versions,
    }),
  objective: "per client",
  weights: "absolute",
  declined: [
    {
      law: "converges on a quadratic",
      reason:
        "fast clients are in a buffer more often and old updates count less: its optimum is that of other weights",
    },
  ],
});

const age = fc.nat({ max: 100_000 });

describe("by hand:", () => {
  test.each([
    [0.5, 3, 1 / 2],
    [0.5, 8, 1 / 3],
    [1, 1, 1 / 2],
    [2, 2, 1 / 9],
    [0.25, 15, 1 / 2],
  ])("with a = %d an update %d versions old counts %d", (exponent, staleness, expected) => {
    expect(polynomial({ exponent }).discount(staleness)).toBeCloseTo(expected, 15);
  });
});

test("a = 0 is no discount, to the last bit", () => {
  fc.assert(
    fc.property(age, (staleness) => {
      expect(polynomial({ exponent: 0 }).discount(staleness)).toBe(constant().discount(staleness));
    }),
  );
});

test("a = 0.5, the default, is 1 / √(1 + u), to the last bit", () => {
  fc.assert(
    fc.property(age, (staleness) => {
      expect(polynomial().discount(staleness)).toBe(1 / Math.sqrt(1 + staleness));
    }),
  );
});

test("two discounts one after another are one with the sum of their exponents", () => {
  const exponent = fc.double({ min: 0, max: 5, noNaN: true });
  fc.assert(
    fc.property(exponent, exponent, age, (one, other, staleness) => {
      const [first, second, both] = [one, other, one + other].map((a) =>
        polynomial({ exponent: a }).discount(staleness),
      );
      expect((first ?? 0) * (second ?? 0)).toBeCloseTo(both ?? Number.NaN, 12);
    }),
  );
});

test("it comes to the same bits on every engine", () => {
  const { discount } = polynomial({ exponent: 0.7 });
  expect(hexBits([1, 2, 10, 1000].map(discount))).toEqual([
    "3fe3b2c47bff8329",
    "3fdda960f3ef58e9",
    "3fc7e41b527ebcae",
    "3f8041a7a71be425",
  ]);
});

test("its exponent is a number ≥ 0", () => {
  expect(polynomial().part.options).toEqual({ exponent: 0.5 });
  // With a negative one old updates would count more.
  expect(() => polynomial({ exponent: -0.5 })).toThrow(
    'staleness "polynomial": exponent must be a number ≥ 0, got -0.5',
  );
});
