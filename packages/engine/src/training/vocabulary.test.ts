import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { charLstm } from "../builder/presets/char-rnn.ts";
import { mlp } from "../builder/sequential.ts";
import type { Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor, int64List, scalarTensor } from "../graph/tensors.ts";
import { standardForm } from "../import/standard-form.ts";
import { readModel } from "../onnx/read.ts";
import { vocabularyOf } from "./vocabulary.ts";

function vocabularyOfModel(model: Model): number | null {
  const { graph } = standardForm(model).model;
  const [features] = graph.inputs;
  return features === undefined ? null : vocabularyOf(graph, features);
}

/** Two tables that are read by the tokens, and by the tokens with `shift` added to them if it is given. */
function twoTables(shift?: number): Model {
  const graph = graphBuilder();
  const tokens = graph.input({ name: "tokens", dataType: "int64", shape: ["batch", 3] });
  const large = graph.initializer("large", float32Tensor([9, 2], new Float32Array(18)));
  const small = graph.initializer("small", float32Tensor([5, 2], new Float32Array(10)));
  const flat = graph.add("Reshape", [tokens, graph.constant(int64List([-1, 3]))]);
  const shifted = shift === undefined ? flat : graph.add("Add", [flat, graph.constant(scalarTensor("int64", shift))]);
  const sum = graph.add("Add", [graph.add("Gather", [large, tokens]), graph.add("Gather", [small, shifted])]);
  return standardModel(graph.build("tables", [sum]));
}

describe("the numbers that a model takes", () => {
  test.each(["gpt.onnx", "gpt.legacy.onnx", "char-lstm.onnx", "char-gru.legacy.onnx"])(
    "%s: those of the rows of its embedding",
    (file) => {
      const model = readModel(readFileSync(join(import.meta.dirname, "../../fixtures", file)));
      const tables = [...model.graph.initializers.values()].map(({ shape: [rows] }) => rows);
      expect(tables).toContain(vocabularyOfModel(model));
    },
  );

  test("a model that was built: its vocabulary", () => {
    expect(vocabularyOfModel(charLstm({ vocabulary: 17, length: 4, key: rootKey(1) }))).toBe(17);
  });

  test("of several tables those of the smallest, also behind a change of shape", () => {
    expect(vocabularyOfModel(twoTables())).toBe(5);
  });

  test("what is done to tokens on the way to a table is not followed", () => {
    expect(vocabularyOfModel(twoTables(2))).toBe(9);
  });

  test("a model of floats may be given any", () => {
    expect(vocabularyOfModel(mlp({ inputs: 3, hidden: [], classes: 2, key: rootKey(1) }))).toBeNull();
  });
});
