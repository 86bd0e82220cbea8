import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { conv2d } from "../builder/convolution.ts";
import { mlp, sequential } from "../builder/sequential.ts";
import type { Graph, Model, ValueInfo } from "../graph/graph.ts";
import { FIRST_OPERATOR_SET, LAST_OPERATOR_SET } from "../graph/standard-model.ts";
import { classifierOf } from "./classifier.ts";

const key = rootKey(1);
const model = mlp({ inputs: 3, hidden: [], classes: 2, key });

function changed(graph: Partial<Graph>): Model {
  return { ...model, graph: { ...model.graph, ...graph } };
}

function info(name: string, ...shape: readonly (number | string)[]): ValueInfo {
  return { name, dataType: "float32", shape };
}

test("a perceptron is a classifier of its inputs", () => {
  expect(classifierOf(model)).toMatchObject({ exampleShape: [3], classes: 2 });
});

test.each<[string, Model]>([
  ["operators of an old set", { ...model, opsets: new Map([["", FIRST_OPERATOR_SET - 1]]) }],
  ["operators of a set to come", { ...model, opsets: new Map([["", LAST_OPERATOR_SET + 1]]) }],
  ["two inputs", changed({ inputs: [info("features", "batch", 3), info("mask", "batch", 3)] })],
  ["no output", changed({ outputs: [] })],
  ["a fixed batch", changed({ inputs: [info("features", 1, 3)] })],
  ["images of any size", changed({ inputs: [info("features", "batch", "height")] })],
  ["an input without a shape", changed({ inputs: [{ ...info("features"), shape: null }] })],
  ["whole numbers as features", changed({ inputs: [{ ...info("features", "batch", 3), dataType: "int64" }] })],
  ["a score for each pixel", sequential({ input: [1, 2, 2], layers: [conv2d({ filters: 2, kernel: 1 })], key })],
  ["a name that is reserved", changed({ inputs: [info("potluck:x", "batch", 3)] })],
])("a model with %s is refused", (_, wrong) => {
  expect(() => classifierOf(wrong)).toThrow(expect.objectContaining({ code: "model-unsupported" }));
});
