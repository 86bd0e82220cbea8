import { stalenessConformance } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { constant } from "./constant.ts";
import { hinge } from "./hinge.ts";

for (const slope of [0, 0.1, 10, Number.MAX_VALUE]) stalenessConformance(hinge({ slope, grace: 3 }));
stalenessConformance(hinge());

const age = fc.nat({ max: 100_000 });
const positive = fc.double({ min: 0, max: 1000, noNaN: true });

describe("by hand, with a = 10 and b = 4:", () => {
  test.each([
    [0, 1],
    [4, 1],
    [5, 1 / 11],
    [6, 1 / 21],
    [104, 1 / 1001],
  ])("an update %d versions old counts %d", (staleness, expected) => {
    expect(hinge().discount(staleness)).toBe(expected);
  });
});

test("a = 0 is no discount, to the last bit", () => {
  fc.assert(
    fc.property(age, positive, (staleness, grace) => {
      expect(hinge({ slope: 0, grace }).discount(staleness)).toBe(constant().discount(staleness));
    }),
  );
});

test("up to the age of grace an update counts in full, and above it less", () => {
  fc.assert(
    fc.property(age, fc.nat({ max: 1000 }), (staleness, grace) => {
      const counted = hinge({ slope: 0.5, grace }).discount(staleness);
      if (staleness <= grace) expect(counted).toBe(1);
      else expect(counted).toBe(1 / (1 + 0.5 * (staleness - grace)));
    }),
  );
});

test("there is no jump at the age of grace", () => {
  fc.assert(
    fc.property(positive, fc.nat({ max: 1000 }), (slope, edge) => {
      // The hinge bends a millionth before the age: it has hardly begun to fall.
      const counted = hinge({ slope, grace: edge + 1 - 1e-6 }).discount(edge + 1);
      expect(1 - counted).toBeLessThanOrEqual(slope * 1.001e-6 + Number.EPSILON);
    }),
  );
});

test("its slope and grace are numbers ≥ 0", () => {
  expect(hinge().part.options).toEqual({ slope: 10, grace: 4 });
  expect(() => hinge({ slope: -1 })).toThrow('staleness "hinge": slope must be a number ≥ 0, got -1');
  expect(() => hinge({ grace: -1 })).toThrow('staleness "hinge": grace must be a number ≥ 0 (versions), got -1');
});
