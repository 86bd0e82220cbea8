import { measured, sampleArm, sampleOutcome, steadyArm } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cheapest, pointsOf } from "./bytes-front.ts";
import type { Arm, Arms } from "./arms.ts";

function arm(name: string, accuracy: number, bytes: number): Arm {
  return steadyArm(name, 2, sampleOutcome([measured(1, 10, accuracy, bytes)]));
}

const arms: Arms = [
  arm("whole", 0.9, 1000),
  arm("beaten", 0.88, 900),
  arm("halves", 0.895, 500),
  arm("few", 0.8, 50),
  arm("same for more", 0.8, 60),
];

test("on the front is what nothing beats in both", () => {
  expect(pointsOf(arms).map(({ name, isOnFront }) => [name, isOnFront])).toEqual([
    ["whole", true],
    ["beaten", false],
    ["halves", true],
    ["few", true],
    ["same for more", false],
  ]);
});

test("the cheapest is that with the fewest bytes within what may be lost, or the first", () => {
  expect(cheapest(arms, 0.01)?.name).toBe("halves");
  expect(cheapest(arms, 0.2)?.name).toBe("few");
  expect(cheapest(arms, 0)?.name).toBe("whole");
});

test("of those with as few bytes the one with the best model is the cheapest, wherever it stands", () => {
  const worse = arm("worse", 0.85, 500);
  const better = arm("better", 0.88, 500);
  const first = arm("whole", 0.9, 1000);
  expect(cheapest([first, worse, better], 0.1)?.name).toBe("better");
  expect(cheapest([first, better, worse], 0.1)?.name).toBe("better");
  expect(cheapest([first, arm("as many, better", 0.95, 1000)], 0.1)?.name).toBe("as many, better");
});

test("the cheapest is always on the front", () => {
  const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 5 }), (pairs, tolerance) => {
      const [first, ...others] = pairs.map(([accuracy, bytes], at) => arm(String(at), accuracy / 10, 100 * bytes));
      if (first === undefined) return;
      expect(cheapest([first, ...others], tolerance / 10)?.isOnFront).toBe(true);
    }),
  );
});

test("nothing is the cheapest where the first arm has no model at its end", () => {
  const diverged = steadyArm("whole", 2, sampleOutcome([measured(1, 10, 0.9, 1000)], { versions: 7 }));
  expect(cheapest([diverged, arm("few", 0.8, 50)], 0.1)).toBeNull();
});

test("points have the spread over seeds", () => {
  const runs = [0.8, 0.9].map((accuracy) => sampleOutcome([measured(1, 10, accuracy, 1000)]));
  const [low, high] = runs;
  if (low === undefined || high === undefined) return;
  const [point] = pointsOf([sampleArm("whole", low, high)]);
  // ((0.05)² + (0.05)²) / (2 − 1), the root of which is 0.0707.
  expect(point?.spread).toBeCloseTo(Math.sqrt(0.005), 12);
  expect(pointsOf([arm("one", 0.9, 1)])[0]?.spread).toBe(0);
});

test("points have the difference from the first, seed by seed", () => {
  const [first, other] = [
    [0.8, 0.9, 0.7],
    [0.7, 0.7, 0.6],
  ].map((accuracies, at) => {
    const [run, ...runs] = accuracies.map((accuracy) => sampleOutcome([measured(1, 10, accuracy, 1000)]));
    if (run === undefined) throw new Error("a run");
    return sampleArm(String(at), run, ...runs);
  });
  if (first === undefined || other === undefined) throw new Error("two arms");
  const points = pointsOf([first, other]);
  expect(points[0]?.difference).toBeNull();
  // −0.1, −0.2 and −0.1: their deviation is 0.0577, and t for two degrees of freedom 4.303.
  expect(points[1]?.difference?.mean).toBeCloseTo(-0.4 / 3, 12);
  expect(points[1]?.difference?.low).toBeCloseTo(-0.4 / 3 - (4.3027 * 0.057735) / Math.sqrt(3), 4);
});
