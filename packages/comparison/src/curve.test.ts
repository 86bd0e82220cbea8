import { measured, sampleArm, sampleOutcome } from "@potluck/testkit";
import { expect, test } from "vitest";
import { CURVE_POINTS_LIMIT, curveOf } from "./curve.ts";

test("a curve has mean and spread of what every seed had measured up to there, and ends with the first seed", () => {
  const arm = sampleArm(
    "a",
    sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.5, 10), measured(2, 9, 0.8, 20)]),
    sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 6, 0.7, 10)]),
  );
  const points = curveOf(arm, ({ virtualSeconds }) => virtualSeconds);
  expect(points.map(({ place }) => place)).toEqual([0, 4, 6]);
  // at 4 s: 0.5 and 0.1; at 6 s: 0.5 and 0.7, s = 0.2/√2
  expect(points.map(({ mean }) => mean)).toEqual([0.1, 0.3, 0.6]);
  expect(points[2]?.low).toBeCloseTo(0.6 - 0.2 / Math.sqrt(2), 12);
  expect(points[2]?.high).toBeCloseTo(0.6 + 0.2 / Math.sqrt(2), 12);
});

test("one seed has no spread", () => {
  const arm = sampleArm("a", sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.5, 10)]));
  expect(curveOf(arm, ({ version }) => version).map(({ low, high }) => high - low)).toEqual([0, 0]);
});

test("long curves are thinned, and keep their end", () => {
  const many = Array.from({ length: 1000 }, (_, version) => measured(version, version, 0.5, version));
  const points = curveOf(sampleArm("a", sampleOutcome(many)), ({ version }) => version);
  expect(points.length).toBeLessThanOrEqual(CURVE_POINTS_LIMIT + 1);
  expect(points.at(-1)?.place).toBe(999);
});

test("an arm of which nothing could be measured has no curve", () => {
  expect(curveOf(sampleArm("a", sampleOutcome([])), ({ version }) => version)).toEqual([]);
});
