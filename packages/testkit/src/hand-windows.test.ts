import { aggregation } from "@potluck/core";
import { expect, test } from "vitest";
import { outcomeOf, takeInto, windowWith } from "./hand-windows.ts";

test("a window by hand holds what was put into it", () => {
  const mean = aggregation.mean();
  const window = windowWith(mean, [{ delta: [4, 0], weight: 1 }]);
  expect(takeInto(mean, window, [{ delta: [8, 0], weight: 3, steps: 5, client: 2 }])).toEqual([3]);
  expect(outcomeOf(mean, window)).toEqual({ delta: [7, 0], scale: 1 / 4 });
});

test("an empty one is as long as it is said to be", () => {
  const mean = aggregation.mean();
  expect(outcomeOf(mean, windowWith(mean, [], 3)).delta).toEqual([0, 0, 0]);
  expect(outcomeOf(mean, windowWith(mean, [])).delta).toEqual([]);
});
