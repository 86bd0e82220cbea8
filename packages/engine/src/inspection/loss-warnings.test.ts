import { describe, expect, test } from "vitest";
import type { Dimension, GraphNode, Model } from "../graph/graph.ts";
import { standardModel } from "../graph/standard-model.ts";
import { int, ints } from "../graph/attributes.ts";
import { nodeOf } from "../import/check-rewrite.ts";
import { numbered } from "../import/exported-sample.ts";
import { binaryCrossEntropy } from "../objective/binary-cross-entropy.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { meanSquaredError } from "../objective/mean-squared-error.ts";
import type { Objective } from "../objective/objective.ts";
import { softCrossEntropy } from "../objective/soft-cross-entropy.ts";
import { inspectModel } from "./inspection.ts";

/** A model of `nodes` from "x" to "y", with the tensor "w". */
function modelOf(input: readonly Dimension[], nodes: readonly GraphNode[], output: readonly Dimension[]): Model {
  const kernel = input.length === 2 ? [4, 3] : [3, 1, ...input.slice(2).map(() => 1)];
  return standardModel({
    name: "last",
    inputs: [{ name: "x", dataType: "float32", shape: ["batch", ...input.slice(1)] }],
    outputs: [{ name: "y", dataType: "float32", shape: ["batch", ...output.slice(1)] }],
    initializers: new Map([
      ["w", numbered(...kernel)],
      ["square", numbered(5, 5)],
    ]),
    nodes,
  });
}

const warned = (model: Model, objective: Objective): readonly string[] =>
  inspectModel(model, { objective }).warnings.map(({ message }) => message);

const ending = (operator: string): Model =>
  modelOf(["batch", 4], [nodeOf("MatMul", ["x", "w"], ["a"]), nodeOf(operator, ["a"], ["y"])], ["batch", 3]);

describe("a last layer that the loss applies itself", () => {
  const twice = expect.stringContaining("twice");

  test("is warned of: a softmax before a softmax, a sigmoid before a sigmoid", () => {
    for (const objective of [crossEntropy(), softCrossEntropy()]) {
      expect(warned(ending("Softmax"), objective)).toEqual([twice]);
    }
    expect(warned(ending("Sigmoid"), binaryCrossEntropy())).toEqual([twice]);
  });

  test("is told with the name of the output and what to do", () => {
    expect(inspectModel(ending("Softmax")).warnings).toEqual([
      { tensors: ["y"], message: twice, remedy: expect.stringContaining("Export the model without its last Softmax") },
    ]);
  });

  test("is found before what only changes its shape", () => {
    const nodes = [
      nodeOf("MatMul", ["x", "w"], ["a"]),
      nodeOf("Softmax", ["a"], ["b"]),
      nodeOf("Identity", ["b"], ["y"]),
    ];
    expect(warned(modelOf(["batch", 4], nodes, ["batch", 3]), crossEntropy())).toEqual([twice]);
  });

  test("is none where the loss is another, or twice is once", () => {
    expect(warned(ending("Softmax"), meanSquaredError())).toEqual([]);
    expect(warned(ending("Softmax"), binaryCrossEntropy())).toEqual([]);
    expect(warned(ending("Sigmoid"), crossEntropy())).toEqual([]);
    // softmax(ln softmax(z)) = softmax(z)
    expect(warned(ending("LogSoftmax"), crossEntropy())).toEqual([]);
  });
});

describe("classes on axis 1, where PyTorch has them", () => {
  const image = ["batch", 1, 5, 5] as const;
  const convolution = nodeOf("Conv", ["x", "w"], ["a"]);
  const elsewhere = expect.stringContaining("are on axis 1");

  test("are warned of where a convolution made them, whatever follows it element by element", () => {
    const nodes = [convolution, nodeOf("Relu", ["a"], ["b"]), nodeOf("Add", ["b", "b"], ["y"])];
    const model = modelOf(image, nodes, ["batch", 3, 5, 5]);
    expect(warned(model, crossEntropy())).toEqual([elsewhere]);
    expect(warned(model, softCrossEntropy())).toEqual([elsewhere]);
    expect(inspectModel(model).warnings[0]?.remedy).toContain("movedim(1, -1)");
    expect(warned(model, binaryCrossEntropy())).toEqual([]);
  });

  test("are warned of for sequences, too", () => {
    const model = modelOf(["batch", 1, 5], [nodeOf("Conv", ["x", "w"], ["y"])], ["batch", 3, 5]);
    expect(warned(model, crossEntropy())).toEqual([elsewhere]);
  });

  test("may be there wherever the output has four axes and nothing says which one it is", () => {
    const nodes = [nodeOf("Concat", ["x", "x"], ["y"], { axis: int(1) })];
    const model = modelOf(image, nodes, ["batch", 2, 5, 5]);
    expect(warned(model, crossEntropy())).toEqual([expect.stringContaining("may be on axis 1")]);
  });

  test("are not where they were moved, or where a product made the last axis", () => {
    const moved = [convolution, nodeOf("Transpose", ["a"], ["y"], { perm: ints([0, 2, 3, 1]) })];
    expect(warned(modelOf(image, moved, ["batch", 5, 5, 3]), crossEntropy())).toEqual([]);
    const product = [nodeOf("MatMul", ["x", "square"], ["y"])];
    expect(warned(modelOf(image, product, ["batch", 1, 5, 5]), crossEntropy())).toEqual([]);
  });
});
