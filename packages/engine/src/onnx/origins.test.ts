import { expect, test } from "vitest";
import type { Model, Origin } from "../graph/graph.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { readModel } from "./read.ts";
import { writeModel } from "./write.ts";

const two = float32Tensor([2], [1, 2]);

function modelWith(origins: Model["origins"]): Model {
  const graph: Model["graph"] = {
    name: "sum",
    inputs: [{ name: "x", dataType: "float32", shape: ["batch", 2] }],
    outputs: [{ name: "y", dataType: "float32", shape: ["batch", 2] }],
    initializers: new Map([
      ["scale", two],
      ["running_mean", two],
      ["val_8", two],
      ["val_9", two],
    ]),
    nodes: [
      {
        name: "y",
        operator: "Sum",
        domain: "",
        inputs: ["x", "scale", "running_mean", "val_8", "val_9"],
        outputs: ["y"],
        attributes: {},
      },
    ],
  };
  const model = { graph, irVersion: 8, opsets: new Map([["", 18]]), metadata: new Map<string, string>() };
  return origins === undefined ? model : { ...model, origins };
}

test("what the exporter noted of initializers is written and read again", () => {
  const origins = new Map<string, Origin>([
    ["scale", { kind: "parameter", from: ["scale"] }],
    ["running_mean", { kind: "buffer", from: ["running_mean"] }],
    ["val_8", { kind: "derived", from: ["blocks.0.weight", "blocks.1.weight"] }],
    ["val_9", { kind: "constant", from: [] }],
  ]);
  expect(readModel(writeModel(modelWith(origins))).origins).toEqual(origins);
});

test("a model without such notes has no origins", () => {
  expect(readModel(writeModel(modelWith(undefined))).origins).toBeUndefined();
});
