import {
  clientId,
  codec,
  feedback,
  type Layout,
  layoutOf,
  rootKey,
  solver,
  taskId,
  type TrainingTask,
} from "@potluck/core";
import { expect, test } from "vitest";
import { keepingOf } from "./keeping.ts";

const layout = layoutOf([
  { name: "first", shape: [2] },
  { name: "running_mean", shape: [2] },
  { name: "last", shape: [2] },
]);
const mean = Float32Array.of(1, 2, 3, 4, 5, 6);

const task: TrainingTask = {
  id: taskId(0),
  client: clientId(0),
  version: 0,
  params: new Float32Array(6),
  upload: codec.identity().part,
  key: rootKey(1),
  solver: solver.sgd({ learningRate: 0.1 }).part,
  work: { steps: 1, batchSize: 1 },
  feedback: feedback.scaffold().part,
  download: null,
  mean,
};

/** What is added after every step of a model of which these tensors are trained by gradients. */
function driftOf(names: readonly string[]): readonly number[] {
  const trained: Layout = layout.filter(({ name }) => names.includes(name));
  return [...(keepingOf(new Map(), trained).for(task).drift ?? [])];
}

test("nothing is added to what is not trained by gradients, wherever it lies", () => {
  expect(driftOf(["first", "last"])).toEqual([1, 2, 0, 0, 5, 6]);
  expect(driftOf(["running_mean", "last"])).toEqual([0, 0, 3, 4, 5, 6]);
  expect(driftOf(["first", "running_mean"])).toEqual([1, 2, 3, 4, 0, 0]);
});

test("where all of it is, it is the vector itself", () => {
  expect(keepingOf(new Map(), layout).for(task).drift).toBe(mean);
});
