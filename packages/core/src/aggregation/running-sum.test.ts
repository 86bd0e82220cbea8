import { expect, test } from "vitest";
import { plainKernels } from "../params/vector-kernels.ts";
import { clientId, taskId } from "../plan/identity.ts";
import { addToSum, clearSum, quotient, emptySum } from "./running-sum.ts";

const update = {
  decoded: (sum: Float64Array, factor: number) => {
    plainKernels.accumulate(sum, Float32Array.of(1, -2), factor);
  },
  client: clientId(3),
  task: taskId(0),
};

test("it adds up updates with their factors, and what it takes to make a mean of them", () => {
  const state = emptySum(2, plainKernels);
  expect(addToSum(state, { ...update, weight: 3, steps: 4 }, 0.5)).toBe(0.5);
  expect(addToSum(state, { ...update, weight: 5, steps: 2 }, 1.5)).toBe(1.5);
  // (0.5 + 1.5) · (1, −2);   3 + 5;   3 · 4 + 5 · 2
  expect(state).toEqual({ sum: Float64Array.of(2, -4), updates: 2, weight: 8, weightedSteps: 22 });
  clearSum(state);
  expect(state).toEqual(emptySum(2, plainKernels));
});

test("a sum over nothing is zero, and the sum stays as it is", () => {
  const sum = Float64Array.of(6, -3);
  expect(quotient(sum, 3)).toEqual({ delta: Float64Array.of(2, -1), scale: 1 / 3 });
  expect(quotient(sum, 0)).toEqual({ delta: Float64Array.of(0, 0), scale: 0 });
  expect(sum).toEqual(Float64Array.of(6, -3));
});
