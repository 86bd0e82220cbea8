import { layoutLength, rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import { MAX_PARAMETERS } from "../graph/capacity.ts";
import type { Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor, int64List } from "../graph/tensors.ts";
import { readModel } from "../onnx/read.ts";
import { writeModel } from "../onnx/write.ts";
import { initialParams, layoutOfModel, withParams } from "./parameters.ts";

const model = mlp({ inputs: 3, hidden: [4], classes: 2, key: rootKey(1) });

/** `model` with these initializers instead of its own. */
function withInitializers(initializers: Model["graph"]["initializers"]): Model {
  return { ...model, graph: { ...model.graph, initializers } };
}

test("parameters that are put into a model come out again bit for bit, also through a file", () => {
  const params = Float32Array.from({ length: layoutLength(layoutOfModel(model)) }, (_, i) => Math.sin(i) * 1e-30);
  const changed = withParams(model, params);
  expect(initialParams(changed)).toEqual(params);
  expect(initialParams(readModel(writeModel(changed)))).toEqual(params);
});

test("a model with new parameters shares nothing with the old one and with the vector", () => {
  const before = initialParams(model);
  const params = new Float32Array(before.length);
  const changed = withParams(model, params);
  params.fill(7);
  expect(initialParams(changed)).toEqual(new Float32Array(before.length));
  expect(initialParams(model)).toEqual(before);
});

test("the layout lists the float32 initializers in the order of the file", () => {
  const [first, ...others] = model.graph.initializers;
  const shuffled = withInitializers(new Map([["size", int64List([1, 2])], ...others, ...(first ? [first] : [])]));
  expect(layoutOfModel(shuffled).map(({ name }) => name)).toEqual([
    "dense1.bias",
    "dense2.weight",
    "dense2.bias",
    "dense1.weight",
  ]);
});

test("a Constant node is a constant, whatever it holds: it is no parameter and stays as it is", () => {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
  const centred = graph.add("Sub", [x, graph.constant(float32Tensor([2], [3, 4]))]);
  const weighted = graph.add("Mul", [centred, graph.initializer("weight", float32Tensor([2], [5, 6]))]);
  const scaled = graph.add("Mul", [weighted, graph.initializer("scale", float32Tensor([], [7]))]);
  const fixed = standardModel(graph.build("fixed mean", [scaled]));
  expect(layoutOfModel(fixed).map(({ name, shape }) => [name, shape])).toEqual([
    ["weight", [2]],
    ["scale", []],
  ]);
  expect(withParams(fixed, Float32Array.of(1, 2, 3)).graph.nodes).toEqual(fixed.graph.nodes);
});

test("a model with more parameters than can be held is refused with both numbers", () => {
  const half = { dataType: "float32", shape: [MAX_PARAMETERS / 2 + 1], values: new Float32Array() } as const;
  const read = (): unknown =>
    layoutOfModel(
      withInitializers(
        new Map([
          ["a", half],
          ["b", half],
        ]),
      ),
    );
  expect(read).toThrow(expect.objectContaining({ code: "model-unsupported" }));
  expect(read).toThrow('model "model" has 268435458 parameters, and 268435456 is the most');
});

test("parameters of another size are refused", () => {
  const fault = expect.objectContaining({ code: "data-invalid" });
  expect(() => withParams(model, new Float32Array(3))).toThrow(fault);
});

test("a model without parameters is refused", () => {
  const fault = expect.objectContaining({ code: "model-unsupported" });
  expect(() => layoutOfModel(withInitializers(new Map()))).toThrow(fault);
});
