import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { int, ints } from "../attributes.ts";
import { dimensionSize } from "../dimensions.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { graphBuilder } from "../graph-building.ts";
import { standardModel } from "../standard-model.ts";
import { float32Tensor, int64List, scalarTensor } from "../tensors.ts";
import { writeModel } from "../../onnx/write.ts";

const BATCH = 3;

/** Uses of operators on x, float32 [batch, 4, 5, 6], whose types no gradient check covers. */
const uses: Readonly<Record<string, (graph: GraphBuilder) => string>> = {
  "Slice to the end, backwards counted, by steps": (graph) => {
    const lists = [
      [1, -5, 0],
      [99, -1, 6],
      [1, 2, 3],
      [1, 2, 4],
    ].map((list) => graph.constant(int64List(list)));
    return graph.add("Slice", ["x", ...lists]);
  },
  "Slice without axes": (graph) =>
    graph.add("Slice", [
      graph.add("Flatten", ["x"], { axis: int(0) }),
      ...[[0], [1]].map((list) => graph.constant(int64List(list))),
    ]),
  "Gather along an axis": (graph) => {
    const chosen = graph.constant({ dataType: "int64", shape: [2, 1], values: BigInt64Array.of(3n, 0n) });
    return graph.add("Gather", ["x", chosen], { axis: int(-2) });
  },
  "Gather one": (graph) => graph.add("Gather", ["x", graph.constant(scalarTensor("int64", 1))], { axis: int(1) }),
  "OneHot at the end": (graph) => oneHot(graph, -1),
  "OneHot in the middle": (graph) => oneHot(graph, 1),
  "ArgMax that keeps its axis": (graph) => graph.add("ArgMax", ["x"], { axis: int(2) }),
  "ArgMax that drops its axis": (graph) => graph.add("ArgMax", ["x"], { axis: int(-1), keepdims: int(0) }),
  Shape: (graph) => graph.add("Shape", ["x"]),
  "Shape of a part of the axes": (graph) => graph.add("Shape", ["x"], { start: int(1), end: int(-1) }),
  "Shape from an axis on": (graph) => graph.add("Shape", ["x"], { start: int(-2), end: int(9) }),
  "ConstantOfShape of a part of the axes": (graph) =>
    graph.add("ConstantOfShape", [graph.add("Shape", ["x"], { end: int(2) })]),
  "Reshape that keeps an axis": (graph) => graph.add("Reshape", ["x", graph.constant(int64List([0, 0, -1]))]),
  "Reshape without a zero where a zero would be none": (graph) =>
    graph.add("Reshape", ["x", graph.constant(int64List([-1, 4, 30]))], { allowzero: int(1) }),
  Size: (graph) => graph.add("Size", ["x"]),
  "ConstantOfShape of the shape of another": (graph) => graph.add("ConstantOfShape", [graph.add("Shape", ["x"])]),
  "ConstantOfShape of whole numbers": (graph) => {
    const value = { kind: "tensor", value: int64List([7]) } as const;
    return graph.add("ConstantOfShape", [graph.constant(int64List([2, 3]))], { value });
  },
  "Constant as a list of numbers": (graph) =>
    graph.add("Constant", [], { value_floats: { kind: "floats", value: [1, 2] } }),
  "Constant as a number": (graph) => graph.add("Constant", [], { value_int: int(4) }),
  Max: (graph) => graph.add("Max", ["x", graph.constant(float32Tensor([5, 1], [1, 2, 3, 4, 5]))]),
  Min: (graph) => graph.add("Min", ["x", graph.constant(float32Tensor([1], [0]))]),
  Pow: (graph) => graph.add("Pow", ["x", graph.constant(float32Tensor([], [2]))]),
  Less: (graph) => graph.add("Less", ["x", graph.constant(float32Tensor([6], [1, 2, 3, 4, 5, 6]))]),
  Equal: (graph) => graph.add("Equal", ["x", "x"]),
  Sign: (graph) => graph.add("Sign", ["x"]),
  "MaxPool with padding by name": (graph) => {
    const auto = { kind: "string", value: "SAME_LOWER" } as const;
    return graph.add("MaxPool", ["x"], { kernel_shape: ints([3, 2]), strides: ints([2, 1]), auto_pad: auto });
  },
  "MaxPool whose last window begins outside": (graph) =>
    graph.add("MaxPool", ["x"], {
      kernel_shape: ints([1, 1]),
      strides: ints([3, 4]),
      pads: ints([0, 0, 0, 0]),
      ceil_mode: int(1),
    }),
};

function oneHot(graph: GraphBuilder, axis: number): string {
  const labels = graph.add("ArgMax", ["x"], { axis: int(1), keepdims: int(0) });
  const depth = graph.constant(scalarTensor("int64", 4));
  return graph.add("OneHot", [labels, depth, graph.constant(float32Tensor([2], [0, 1]))], { axis: int(axis) });
}

describe("types that rules say are those that ONNX Runtime makes", () => {
  test.each(Object.entries(uses))("%s", async (...[, make]) => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", 4, 5, 6] });
    const y = make(graph);
    const { dataType, shape } = graph.typeOf(y);
    const session = await InferenceSession.create(writeModel(standardModel(graph.build("use", [y]))), {
      logSeverityLevel: 3,
    });
    const x = new Tensor(
      "float32",
      Float32Array.from({ length: BATCH * 120 }, (_, i) => Math.sin(i)),
      [BATCH, 4, 5, 6],
    );
    const result = (await session.run({ x }))[y];
    expect(shape.map((size) => dimensionSize(size, () => BATCH))).toEqual(result?.dims);
    expect(dataType).toBe(result?.type);
  });
});

test("a reshaping that asks for an axis of size 0 is refused", () => {
  const graph = graphBuilder();
  graph.input({ name: "x", dataType: "float32", shape: ["batch", 4] });
  const target = graph.constant(int64List([0, 4]));
  expect(() => graph.add("Reshape", ["x", target], { allowzero: int(1) })).toThrow("cannot take the shape [0, 4]");
});
