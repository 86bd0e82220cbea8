import { layoutLength, rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import { MAX_PARAMETERS } from "../graph/capacity.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { readModel } from "../onnx/read.ts";
import { writeModel } from "../onnx/write.ts";
import { initialParams, layoutOfForm, layoutOfModel, withParams } from "./parameters.ts";

const model = mlp({ inputs: 3, hidden: [4], classes: 2, key: rootKey(1) });

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

test("the layout lists what is trained in the order of the file", () => {
  const [first, ...others] = model.graph.initializers;
  const initializers = new Map([...others, ...(first ? [first] : [])]);
  expect(layoutOfModel({ ...model, graph: { ...model.graph, initializers } }).map(({ name }) => name)).toEqual([
    "dense1.bias",
    "dense2.weight",
    "dense2.bias",
    "dense1.weight",
  ]);
});

test("a model with more parameters than can be held is refused with both numbers", () => {
  const half = { dataType: "float32", shape: [MAX_PARAMETERS / 2 + 1], values: new Float32Array() } as const;
  const initializers = new Map([
    ["a", half],
    ["b", half],
  ]);
  const huge = { ...model, graph: { ...model.graph, initializers } };
  const read = (): unknown => layoutOfForm({ model: huge, source: huge, roles: new Map() });
  expect(read).toThrow(expect.objectContaining({ code: "model-unsupported" }));
  expect(read).toThrow('model "model" has 268435458 parameters, and 268435456 is the most');
});

test("parameters of another size are refused", () => {
  const fault = expect.objectContaining({ code: "data-invalid" });
  expect(() => withParams(model, new Float32Array(3))).toThrow(fault);
});

test("a model without parameters is refused", () => {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
  const fixed = standardModel(graph.build("fixed", [graph.add("Relu", [x])]));
  expect(() => layoutOfModel(fixed)).toThrow('model "fixed" has no float32 initializers that are trained');
});
