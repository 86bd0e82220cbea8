import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { charLstm } from "../builder/presets/char-rnn.ts";
import { mlp } from "../builder/sequential.ts";
import { int } from "../graph/attributes.ts";
import type { DataType, Model } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor, int64List, scalarTensor } from "../graph/tensors.ts";
import { standardForm } from "../import/standard-form.ts";
import { readModel } from "../onnx/read.ts";
import type { Vocabulary } from "./program.ts";
import { vocabularyOf } from "./vocabulary.ts";

function vocabularyOfModel(model: Model): Vocabulary | null {
  const { graph } = standardForm(model).model;
  const [features] = graph.inputs;
  return features === undefined ? null : vocabularyOf(graph, features);
}

/** From how many rows each number of an example chooses; null where none does. */
function rowsOf(model: Model): readonly number[] | null {
  return vocabularyOfModel(model)?.rows ?? null;
}

/** A model of numbers [batch, 3] whose tables have 9, 5 and 7 rows; `chosen` makes what each of them is read by. */
function threeTables(dataType: DataType, chosen: (graph: GraphBuilder, x: string) => readonly string[]): Model {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType, shape: ["batch", 3] });
  const vectors = chosen(graph, x).map((numbers, at) => {
    const rows = [9, 5, 7][at] ?? 0;
    const table = graph.initializer(`table${at}`, float32Tensor([rows, 2], new Float32Array(2 * rows)));
    return graph.add("ReduceMean", [graph.add("Gather", [table, numbers])], { keepdims: int(0) });
  });
  return standardModel(graph.build("tables", [graph.add("Sum", vectors)]));
}

const list = (graph: GraphBuilder, ...numbers: readonly number[]): string => graph.constant(int64List(numbers));
const columns = { axis: int(1) };

/** Columns `start` to before `end`. */
function slice(graph: GraphBuilder, x: string, start: number, end: number): string {
  return graph.add("Slice", [x, list(graph, start), list(graph, end), list(graph, 1)]);
}

function column(graph: GraphBuilder, x: string, at: number): string {
  return graph.add("Gather", [x, graph.constant(scalarTensor("int64", at))], columns);
}

function whole(graph: GraphBuilder, x: string): string {
  return graph.add("Cast", [x], { to: int(7) });
}

/** The code of numbers [batch, 3] of 4 classes. */
function coded(code: (graph: GraphBuilder, x: string) => string): Model {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "int64", shape: ["batch", 3] });
  return standardModel(graph.build("code", [graph.add("Cast", [code(graph, x)], { to: int(1) })]));
}

/** Comparisons of x with 0 to 3, as those of torch.nn.functional.one_hot. */
function compared(graph: GraphBuilder, x: string): string {
  return graph.add("Equal", [graph.add("Unsqueeze", [x, list(graph, -1)]), list(graph, 0, 1, 2, 3)]);
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
      const [rows, ...others] = new Set(rowsOf(model));
      expect(others).toEqual([]);
      expect(tables).toContain(rows);
    },
  );

  test("a model that was built: its vocabulary", () => {
    const model = charLstm({ vocabulary: 17, length: 4, key: rootKey(1) });
    expect(vocabularyOfModel(model)).toEqual({ rows: [17, 17, 17, 17], cutsFractions: false });
  });

  test("of several tables those of the smallest, also behind a change of shape", () => {
    expect(rowsOf(twoTables())).toEqual([5, 5, 5]);
  });

  test("what is done to tokens on the way to a table is not followed", () => {
    expect(rowsOf(twoTables(2))).toEqual([9, 9, 9]);
  });

  test("each column those of its own table", () => {
    const single = threeTables("int64", (graph, x) => [2, 0, 1].map((at) => column(graph, x, at)));
    expect(rowsOf(single)).toEqual([5, 7, 9]);
    const sliced = threeTables("int32", (graph, x) => [slice(graph, x, 0, 2), slice(graph, x, -1, 2 ** 53)]);
    expect(rowsOf(sliced)).toEqual([9, 9, 5]);
  });

  test("columns that were taken apart, turned and put together again", () => {
    const model = threeTables("int64", (graph, x) => {
      const parts = ["left", "right"];
      const inputs = [x, list(graph, 1, 2)];
      graph.append({ name: "split", operator: "Split", domain: "", inputs, outputs: parts, attributes: columns });
      const turned = graph.add("Concat", parts.toReversed(), columns);
      const across = graph.add("Transpose", [graph.add("Identity", [turned])]);
      const first = graph.add("Gather", [across, graph.constant(scalarTensor("int64", 0))]);
      return ["left", graph.add("Reshape", ["right", list(graph, -1)]), first];
    });
    // Column 0 reads the table of 9 rows, columns 1 and 2 that of 5; turned, column 1 comes first and reads the one of 7.
    expect(rowsOf(model)).toEqual([9, 5, 5]);
  });

  test("beside a token that is put before those of the example", () => {
    const model = threeTables("int64", (graph, x) => {
      const batch = graph.add("Shape", [x], { end: int(1) });
      const size = graph.add("Concat", [batch, list(graph, 1)], { axis: int(0) });
      return [graph.add("Concat", [graph.add("Expand", [list(graph, 8), size]), x], columns)];
    });
    expect(rowsOf(model)).toEqual([9, 9, 9]);
  });

  test("columns that no table is read by may hold any numbers", () => {
    expect(rowsOf(threeTables("int64", (graph, x) => [column(graph, x, 1)]))).toEqual([Infinity, 9, Infinity]);
  });

  test("floats that are converted, whose fractions are cut off", () => {
    const model = threeTables("float32", (graph, x) => [
      whole(graph, column(graph, x, 0)),
      slice(graph, whole(graph, x), 1, 2),
    ]);
    expect(vocabularyOfModel(model)).toEqual({ rows: [9, 5, Infinity], cutsFractions: true });
  });

  test("the classes of one-hot codes", () => {
    const values = (graph: GraphBuilder): string => graph.constant(int64List([0, 1]));
    const depth = (graph: GraphBuilder): string => graph.constant(scalarTensor("int64", 4));
    expect(rowsOf(coded((graph, x) => graph.add("OneHot", [x, depth(graph), values(graph)])))).toEqual([4, 4, 4]);
    expect(rowsOf(coded((graph, x) => whole(graph, compared(graph, x))))).toEqual([4, 4, 4]);
  });

  test("comparisons that are no code may be given any", () => {
    expect(rowsOf(coded(compared))).toBeNull();
  });

  test("a model of floats may be given any", () => {
    expect(vocabularyOfModel(mlp({ inputs: 3, hidden: [], classes: 2, key: rootKey(1) }))).toBeNull();
  });
});
