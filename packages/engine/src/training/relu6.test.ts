import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { dense } from "../builder/dense.ts";
import { relu6 } from "../builder/plain-layers.ts";
import { sequential } from "../builder/sequential.ts";
import { float } from "../graph/attributes.ts";
import type { Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { meanSquaredError } from "../objective/mean-squared-error.ts";
import { createExampleGradients } from "../runtime/example-gradients.ts";
import { layoutOfModel } from "./parameters.ts";

/** ReLU6 of x · weightᵀ + bias as PyTorch's exporter writes it without its optimizer. */
function exported(): Model {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["batch", 4] });
  const weight = graph.initializer("layer.weight", float32Tensor([4, 4], new Float32Array(16)));
  const bias = graph.initializer("layer.bias", float32Tensor([4], new Float32Array(4)));
  const linear = graph.add("Add", [graph.add("MatMul", [x, weight]), bias]);
  const bounds = [0, 6].map((bound) =>
    graph.add("CastLike", [graph.add("Constant", [], { value_float: float(bound) }), linear]),
  );
  return standardModel(graph.build("relu6", [graph.add("Clip", [linear, ...bounds])]));
}

test.each([
  ["built", sequential({ input: [4], layers: [dense({ units: 4 }), relu6()], key: rootKey(1) })],
  ["exported", exported()],
])("ReLU6 that was %s passes no gradient at exactly 0 and 6, as in PyTorch", async (_, model) => {
  const params = new Float32Array(20);
  const bias = layoutOfModel(model).find(({ name }) => name.endsWith("bias"));
  const offset = bias?.offset ?? 0;
  params.set([0, 6, 3, 7], offset);
  const gradients = await createExampleGradients({ model, objective: meanSquaredError() });
  // With weights of 0 y = [0, 6, 3, 6]; y − t = 2 everywhere, so that 2 ÷ 4 · 2 = 1 comes to y and what passes to the bias.
  const targets = [-2, 4, 1, 4];
  const { sum } = await gradients.sum({ params, features: Float32Array.of(1, 2, 3, 4), targets });
  await gradients.close();
  expect([...sum.subarray(offset, offset + 4)]).toEqual([0, 0, 1, 0]);
});
