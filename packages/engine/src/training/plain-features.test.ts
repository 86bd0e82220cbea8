import { expect, test } from "vitest";
import type { DataType, Model } from "../graph/graph.ts";
import { standardModel } from "../graph/standard-model.ts";
import { plainFeatures } from "./plain-features.ts";

function modelOf(...dataTypes: readonly DataType[]): Model {
  const inputs = dataTypes.map((dataType, at) => ({ name: `x${at}`, dataType, shape: ["batch", 2] }));
  return standardModel({ name: "inputs", inputs, outputs: [], initializers: new Map(), nodes: [] });
}

test("features are stored as the first input takes them: whole numbers as int32, everything else as float32", () => {
  expect(plainFeatures(modelOf("int64"))).toEqual({ dataType: "int32", scale: 1 });
  expect(plainFeatures(modelOf("int32", "float32"))).toEqual({ dataType: "int32", scale: 1 });
  expect(plainFeatures(modelOf("float32", "int64"))).toEqual({ dataType: "float32", scale: 1 });
  expect(plainFeatures(modelOf())).toEqual({ dataType: "float32", scale: 1 });
});
