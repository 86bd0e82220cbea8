import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readModelFile } from "../files/model-file.ts";
import { int } from "../graph/attributes.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { Dimension, GraphNode, Model } from "../graph/graph.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { meanSquaredError } from "../objective/mean-squared-error.ts";
import { type Inspection, inspectModel } from "./inspection.ts";

const FOLDER = join(import.meta.dirname, "../../fixtures");
const fixture = (file: string): Model => readModelFile(join(FOLDER, file));

describe("models that PyTorch exported", () => {
  test.each(readdirSync(FOLDER).filter((file) => file.endsWith(".onnx")))("%s", (file) => {
    const { obstacles, layers, forward, training, initializers, trainedCount } = inspectModel(fixture(file));
    expect(obstacles).toEqual([]);
    const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
    expect(total(layers.map(({ flops }) => flops ?? Number.NaN))).toBe(forward?.flops);
    expect(total(layers.map(({ parameterCount }) => parameterCount))).toBe(trainedCount);
    const trained = initializers.filter(({ role }) => role.kind === "trained").map(({ name }) => name);
    expect(layers.flatMap(({ parameters }) => parameters).toSorted()).toEqual(trained.toSorted());
    expect(training?.flopsPerExample).toBeGreaterThan(forward?.flops ?? Number.NaN);
    expect(training?.memoryBytes).toBeGreaterThan(8 * trainedCount);
  });
});

test("layers have the names of the file, their parameters and what they cost", () => {
  const { layers } = inspectModel(fixture("mlp.legacy.onnx"));
  const gemm = layers.find(({ operator }) => operator === "Gemm");
  // 8 · 8 pixels to 21 units and 21 biases
  const [inputs, units] = [64, gemm?.shape?.[1]];
  expect(gemm?.shape).toEqual(["batch", units]);
  expect(gemm?.parameterCount).toBe((inputs + 1) * Number(units));
  expect(gemm?.flops).toBe(2 * inputs * Number(units));
});

test("a layer that is written out on import has the cost of all that it becomes", () => {
  const { layers } = inspectModel(fixture("char-lstm.legacy.onnx"));
  const [first, second] = layers.filter(({ operator }) => operator === "LSTM");
  expect(first?.parameters.length).toBe(3);
  expect(first?.flops).toBeGreaterThan(10_000);
  expect(second?.flops).toBeGreaterThan(10_000);
});

test("a weight that only gets transposed before it is read counts for its reader", () => {
  const { layers } = inspectModel(fixture("gpt.unoptimized.onnx"));
  expect(layers.some(({ operator }) => operator === "Transpose")).toBe(true);
  expect(layers.filter(({ operator, parameterCount }) => operator === "Transpose" && parameterCount > 0)).toEqual([]);
});

test("a concatenation of which only one part is trained is looked at like any other model", () => {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["batch", 4] });
  const weights = graph.initializer("w", float32Tensor([4, 3], new Float32Array(12).fill(0.1)));
  const joined = graph.add("Concat", [x, graph.add("MatMul", [x, weights]), graph.add("Neg", [x])], { axis: int(1) });
  const { obstacles, training } = inspectModel(standardModel(graph.build("joined", [joined])));
  expect(obstacles).toEqual([]);
  expect(training?.memoryBytes).toBeGreaterThan(0);
});

test("parameters that are combined again and again, and read by nothing else, are counted once", () => {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
  let sum = graph.initializer("w", float32Tensor([2], [1, 2]));
  for (let i = 0; i < 64; i++) sum = graph.add("Add", [sum, sum]);
  const { layers } = inspectModel(standardModel(graph.build("doubled", [graph.add("Mul", [x, sum])])));
  expect(layers.flatMap(({ parameters }) => parameters)).toEqual(["w"]);
});

describe("a model that cannot be trained", () => {
  const node = (
    name: string,
    operator: string,
    [input, output]: readonly [string, string],
    domain = "",
  ): GraphNode => ({
    name,
    operator,
    domain,
    inputs: operator === "MatMul" ? [input, "weight"] : [input],
    outputs: [output],
    attributes: {},
  });
  const graph = {
    name: "strange",
    inputs: [{ name: "x", dataType: "float32" as const, shape: ["batch", 3] }],
    outputs: [{ name: "y", dataType: "float32" as const, shape: ["batch", 2] }],
    initializers: new Map([["weight", float32Tensor([3, 2], [1, 2, 3, 4, 5, 6])]]),
    nodes: [
      node("first", "NonZero", ["x", "a"]),
      node("product", "MatMul", ["x", "b"]),
      node("fused", "Magic", ["b", "c"], "com.example"),
      node("second", "NonZero", ["c", "d"]),
      node("last", "Relu", ["b", "y"]),
    ],
  };

  test("lists every operator that stands in the way, with all its nodes and what can be done", () => {
    const { obstacles, layers, forward, training, trainedCount } = inspectModel(standardModel(graph));
    expect(obstacles).toMatchObject([
      { operator: "NonZero", nodes: ["first", "second"], remedy: expect.stringContaining("mask") },
      { operator: "com.example.Magic", nodes: ["fused"], remedy: expect.stringContaining("standard ONNX operators") },
    ]);
    expect([forward, training, trainedCount]).toEqual([null, null, 6]);
    expect(layers.find(({ name }) => name === "product")).toMatchObject({
      parameterCount: 6,
      flops: null,
      shape: null,
    });
  });

  test("counts for a batch where the file fixes its size, and says so", () => {
    const sized = (batch: Dimension): Inspection => {
      const builder = graphBuilder();
      const x = builder.input({ name: "x", dataType: "float32", shape: [batch, 3] });
      const w = builder.initializer("w", float32Tensor([3, 2], [1, 2, 3, 4, 5, 6]));
      return inspectModel(standardModel(builder.build("sized", [builder.add("MatMul", [x, w])])));
    };
    const [one, four] = [sized("batch"), sized(4)];
    expect([one.examplesCounted, four.examplesCounted]).toEqual([1, 4]);
    expect(four.forward?.flops).toBe(4 * (one.forward?.flops ?? Number.NaN));
    expect(four.training).toBeNull();
  });

  test("says what else does not fit where all operators are known", () => {
    const builder = graphBuilder();
    const x = builder.input({ name: "x", dataType: "float32", shape: ["batch", 3] });
    const model = standardModel(builder.build("empty", [builder.add("Relu", [x])]));
    expect(inspectModel(model).obstacles).toMatchObject([
      { operator: null, message: expect.stringContaining("nothing to train") },
    ]);
  });

  test("may be one that the loss does not fit, and is looked at all the same", () => {
    const tokens = inspectModel(fixture("mlp.onnx"), { objective: meanSquaredError() });
    expect(tokens.obstacles).toEqual([]);
  });
});
