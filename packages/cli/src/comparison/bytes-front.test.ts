import { expect, test } from "vitest";
import { cheapest, pointsOf } from "./bytes-front.ts";
import { measured, sampleOutcome, steadyArm } from "./sample-arms.ts";
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
  expect(cheapest(arms, 0.01).name).toBe("halves");
  expect(cheapest(arms, 0.2).name).toBe("few");
  expect(cheapest(arms, 0).name).toBe("whole");
});
