import { layoutLength, rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import type { Model } from "../graph/graph.ts";
import { int64List } from "../graph/tensors.ts";
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

test("parameters of another size are refused", () => {
  const fault = expect.objectContaining({ code: "data-invalid" });
  expect(() => withParams(model, new Float32Array(3))).toThrow(fault);
});

test("a model without parameters is refused", () => {
  const fault = expect.objectContaining({ code: "model-unsupported" });
  expect(() => layoutOfModel(withInitializers(new Map()))).toThrow(fault);
});
