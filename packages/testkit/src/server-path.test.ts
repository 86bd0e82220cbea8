import { serverOptimizer } from "@potluck/core";
import { expect, test } from "vitest";
import { serverPath } from "./server-path.ts";

test("each delta starts where the one before ended, with the memory of all of them", () => {
  expect(serverPath(serverOptimizer.sgd({ learningRate: 0.5 }), 1, [2, 4])).toEqual([2, 4]);
  // v = 2, then 1 + 0 = 1.
  expect(serverPath(serverOptimizer.momentum({ momentum: 0.5 }), 1, [2, 0])).toEqual([3, 4]);
  expect(serverPath(serverOptimizer.sgd(), 1, [])).toEqual([]);
});
