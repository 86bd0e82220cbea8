import { rootKey, solver } from "@potluck/core";
import { expect, test } from "vitest";
import { conv2d } from "../builder/convolution.ts";
import { dense } from "../builder/dense.ts";
import { flatten, maxPool2d, relu } from "../builder/plain-layers.ts";
import { sequential } from "../builder/sequential.ts";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { readModel } from "../onnx/read.ts";
import { createEvaluator } from "../runtime/evaluator.ts";
import { createTrainer } from "../runtime/trainer.ts";
import { planBatches } from "../training/batches.ts";
import { derive } from "../training/derivation.ts";
import { evaluationProgram } from "../training/evaluation-graph.ts";
import { initialParams, withParams } from "../training/parameters.ts";
import { PLAIN_FEATURES } from "../training/program.ts";
import { trainingProgram } from "../training/training-graph.ts";
import { int, ints } from "./attributes.ts";
import type { Model } from "./graph.ts";
import { graphBuilder } from "./graph-building.ts";
import { FIRST_OPERATOR_SET, LAST_OPERATOR_SET, requireOperatorSet, standardModel } from "./standard-model.ts";
import { float32Tensor, int64List } from "./tensors.ts";

const key = rootKey(3);
const adam = solver.adam({ learningRate: 0.1 });

/** The same graph, said to be written in another operator set. */
function labelled(model: Model, set: number): Model {
  return { ...model, opsets: new Map([["", set]]) };
}

/** Scores of two classes: the mean of each pair of x [batch, 2, 2], scaled by w. Axes stand where the set wants them. */
function meanOfPairs(axesAre: "attribute" | "input"): Model {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["batch", 2, 2] });
  const w = graph.initializer("w", float32Tensor([2], [1, 1]));
  const mean =
    axesAre === "attribute"
      ? graph.add("ReduceMean", [x], { axes: ints([-1]), keepdims: int(0) })
      : graph.add("ReduceMean", [x, graph.initializer("axes", int64List([-1]))], { keepdims: int(0) });
  return standardModel(graph.build("means", [graph.add("Mul", [mean, w])]));
}

const images = {
  features: Float32Array.from({ length: 6 * 16 }, (_, i) => Math.sin(i)),
  targets: Uint8Array.of(0, 1, 1, 0, 1, 0),
};
const pairs = { features: Float32Array.of(1, 3, 0, 0), targets: Uint8Array.of(0) };

type Rows = typeof images;

async function trained(model: Model, rows: Rows, rule = adam): Promise<Float32Array> {
  const trainer = await createTrainer({ model, solver: rule });
  const batches = planBatches(key, rows.targets.length, { epochs: 1, batchSize: 4 });
  const { params } = await trainer.train({ params: initialParams(model), ...rows, batches });
  await trainer.close();
  return params;
}

test("training and evaluation are written in operator set 18, and what is exported in the set of the file", () => {
  const model = { ...labelled(meanOfPairs("attribute"), 14), irVersion: 7 };
  const form = standardForm(model);
  const programs = [
    trainingProgram(derive(form, crossEntropy()), adam, PLAIN_FEATURES),
    evaluationProgram(form, crossEntropy(), PLAIN_FEATURES),
  ];
  for (const { model: file } of programs) expect([...readModel(file).opsets]).toEqual([["", 18]]);
  const exported = withParams(model, initialParams(model));
  expect([[...exported.opsets], exported.irVersion]).toEqual([[["", 14]], 7]);
  expect(exported.graph.nodes).toEqual(model.graph.nodes);
});

test("what training and evaluation add means the same in every operator set, to the last bit", async () => {
  const layers = [conv2d({ filters: 2, kernel: 3 }), relu(), maxPool2d({ size: 2 }), flatten(), dense({ units: 2 })];
  const model = sequential({ input: [1, 4, 4], layers, key });
  const results = [];
  for (let set = FIRST_OPERATOR_SET; set <= LAST_OPERATOR_SET; set++) {
    const params = await trained(labelled(model, set), images);
    const evaluator = await createEvaluator({ model: labelled(model, set) });
    results.push({ params, ...(await evaluator.evaluate({ params, ...images })) });
    await evaluator.close();
  }
  for (const result of results) expect(result).toEqual(results[0]);
});

test.each([
  ["attribute", 13],
  ["attribute", 17],
  ["input", 18],
  ["input", LAST_OPERATOR_SET],
] as const)("a mean whose axes are an %s trains in operator set %i", async (axesAre, set) => {
  const sgd = solver.sgd({ learningRate: 1 });
  const [first, second] = await trained(labelled(meanOfPairs(axesAre), set), pairs, sgd);
  // The means are 2 and 0, the logits (2, 0) · w = (2, 0), p₀ = 1 ÷ (1 + e⁻²); w₀ ← 1 − 2 · (p₀ − 1), w₁ ← 1 − 0.
  expect(first).toBeCloseTo(1 + 2 * (1 - 1 / (1 + Math.exp(-2))), 6);
  expect(second).toBe(1);
});

test("a mean whose axes stand where its operator set does not look for them is refused", async () => {
  const fault = expect.objectContaining({ code: "model-unsupported" });
  await expect(trained(labelled(meanOfPairs("attribute"), 18), pairs)).rejects.toThrow(fault);
});

test("axes that a set does not know as an input yet mean what they mean later", async () => {
  const [early, late] = [13, 18].map((set) => trained(labelled(meanOfPairs("input"), set), pairs));
  expect(await early).toEqual(await late);
});

test.each([FIRST_OPERATOR_SET - 1, LAST_OPERATOR_SET + 1])("operator set %i is refused by its number", (set) => {
  expect(() => requireOperatorSet(labelled(meanOfPairs("attribute"), set))).toThrow(
    `the model uses operator set ${set}, not one from 13 to 26`,
  );
});

test("a model without a standard operator set is refused", () => {
  const model = { ...meanOfPairs("attribute"), opsets: new Map([["com.example", 1]]) };
  expect(() => requireOperatorSet(model)).toThrow("no standard operator set, not one from 13 to 26");
});
