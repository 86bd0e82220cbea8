import { expect, test } from "vitest";
import { rootKey, solver } from "@potluck/core";
import { gpt } from "../builder/presets/gpt.ts";
import { inspectModel } from "../inspection/inspection.ts";
import { stepCosts } from "../cost/step-costs.ts";
import { nextToken } from "../objective/next-token.ts";
import { planBatches } from "../training/batches.ts";
import { initialParams } from "../training/parameters.ts";
import { createEvaluator } from "./evaluator.ts";
import { createExampleGradients } from "./example-gradients.ts";
import { createHessian, createJacobian } from "./products.ts";
import { createTrainer } from "./trainer.ts";

const CONTEXT = 5;
const ROWS = 4;
const model = gpt({ layers: 1, width: 8, heads: 2, context: CONTEXT, vocabulary: 7, key: rootKey(1) });
const task = {
  params: initialParams(model),
  features: Int32Array.from({ length: ROWS * CONTEXT }, (_, at) => at % 7),
};
const objective = nextToken();

test("a language model trains on the Int32Array of tokens that it takes, with no word on how they are stored", async () => {
  const trainer = await createTrainer({ model, solver: solver.adam({ learningRate: 0.01 }), objective });
  const batches = planBatches(rootKey(1), ROWS, { epochs: 20, batchSize: 2 });
  const { params } = await trainer.train({ ...task, batches });
  await trainer.close();
  const evaluator = await createEvaluator({ model, objective });
  const [before, after] = [await evaluator.evaluate(task), await evaluator.evaluate({ ...task, params })];
  await evaluator.close();
  expect(after.lossSum).toBeLessThan(0.8 * before.lossSum);
});

test("its derivatives take them likewise", async () => {
  const direction = task.params;
  const [hessian, jacobian, gradients] = await Promise.all([
    createHessian({ model, objective }),
    createJacobian({ model }),
    createExampleGradients({ model, objective }),
  ]);
  const { gradient } = await hessian.times({ ...task, direction });
  const { sum } = await gradients.sum(task);
  // The mean loss is over all ROWS examples, each of which has as many tokens to learn.
  gradient.forEach((value, at) => expect(sum[at]).toBeCloseTo(value * ROWS, 3));
  expect((await jacobian.times({ ...task, direction })).length).toBe(ROWS * CONTEXT * 7);
  await Promise.all([hessian.close(), jacobian.close(), gradients.close()]);
});

test("what a step costs is counted for them", () => {
  const rule = solver.sgd({ learningRate: 1 });
  const options = { solver: rule, batchSize: 2, objective };
  const stored = { dataType: "int32", scale: 1 } as const;
  expect(stepCosts(model, options, null)).toEqual(stepCosts(model, { ...options, features: stored }, null));
  expect(inspectModel(model, { objective }).training?.memoryBytes).toBeGreaterThan(0);
});
