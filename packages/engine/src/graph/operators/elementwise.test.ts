import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { int } from "../attributes.ts";
import { dimensionSize } from "../dimensions.ts";
import type { DataType } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { graphBuilder } from "../graph-building.ts";
import { standardModel } from "../standard-model.ts";
import { float32Tensor, int64List, scalarTensor, tensorOf } from "../tensors.ts";
import { writeModel } from "../../onnx/write.ts";

const BATCH = 3;

/** A graph of x, float32 [batch, 2]. */
function withInput(): GraphBuilder {
  const graph = graphBuilder();
  graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
  return graph;
}

/** x converted to another element type. */
function converted(graph: GraphBuilder, to: DataType): string {
  return graph.add("CastLike", ["x", graph.constant(scalarTensor(to, 0))]);
}

/** Whether x is above 0. */
function truth(graph: GraphBuilder): string {
  return graph.add("Greater", ["x", graph.constant(scalarTensor("float32", 0))]);
}

const uses: Readonly<Record<string, (graph: GraphBuilder) => string>> = {
  ...Object.fromEntries(
    ["Sign", "Floor", "Ceil", "Round", "IsNaN", "IsInf", "Mish", "HardSwish", "Celu"].map((operator) => [
      operator,
      (graph: GraphBuilder) => graph.add(operator, ["x"]),
    ]),
  ),
  ...Object.fromEntries(
    ["Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Min", "Max"].map((operator) => [
      `${operator} with broadcasting`,
      (graph: GraphBuilder) => graph.add(operator, ["x", graph.constant(float32Tensor([4, 1, 1], [1, 2, 3, 4]))]),
    ]),
  ),
  ...Object.fromEntries(
    ["And", "Or", "Xor"].map((operator) => [
      operator,
      (graph: GraphBuilder) => graph.add(operator, [truth(graph), graph.constant(tensorOf("bool", [2], [0, 1]))]),
    ]),
  ),
  ...Object.fromEntries(
    ["BitwiseAnd", "BitwiseOr", "BitwiseXor"].map((operator) => [
      operator,
      (graph: GraphBuilder) => graph.add(operator, [converted(graph, "int64"), graph.constant(int64List([1, 2]))]),
    ]),
  ),
  Not: (graph) => graph.add("Not", [truth(graph)]),
  BitwiseNot: (graph) => graph.add("BitwiseNot", [converted(graph, "int32")]),
  BitShift: (graph) => {
    const direction = { kind: "string", value: "LEFT" } as const;
    return graph.add("BitShift", [converted(graph, "uint8"), graph.constant(tensorOf("uint8", [], [1]))], {
      direction,
    });
  },
  "Equal of truths": (graph) => graph.add("Equal", [truth(graph), truth(graph)]),
  "Clip above": (graph) => graph.add("Clip", ["x", "", graph.constant(scalarTensor("float32", 6))]),
  "Clip of whole numbers": (graph) =>
    graph.add("Clip", [converted(graph, "int64"), graph.constant(scalarTensor("int64", 0))]),
  "Mod of whole numbers": (graph) => graph.add("Mod", [converted(graph, "int64"), graph.constant(int64List([3]))]),
  "Pow of another element type": (graph) => graph.add("Pow", ["x", graph.constant(int64List([2, 3]))]),
  "PRelu with a slope for each column": (graph) =>
    graph.add("PRelu", ["x", graph.constant(float32Tensor([2], [0.1, 0.2]))]),
  "Where on scalars": (graph) => {
    const [yes, no] = [1, 0].map((value) => graph.constant(scalarTensor("int64", value)));
    return graph.add("Where", [truth(graph), yes ?? "", no ?? ""]);
  },
  "Dropout's second output": (graph) => {
    const y = graph.add("Dropout", ["x"]);
    const node = graph.producerOf(y);
    return node === null ? "" : graph.furtherOutput(node, 1);
  },
  "Relu of whole numbers": (graph) => graph.add("Relu", [converted(graph, "int32")]),
  "Mean of three": (graph) => graph.add("Mean", ["x", graph.constant(float32Tensor([1, 1], [1])), "x"]),
};

describe("types that rules say are those that ONNX Runtime makes", () => {
  test.each(Object.entries(uses))("%s", async (_, make) => {
    const graph = withInput();
    const y = make(graph);
    const { dataType, shape } = graph.typeOf(y);
    const session = await InferenceSession.create(writeModel(standardModel(graph.build("use", [y]))), {
      logSeverityLevel: 3,
    });
    const result = (await session.run({ x: new Tensor("float32", [0, 1, 2, 3, -1, 2.5], [BATCH, 2]) }))[y];
    expect(shape.map((size) => dimensionSize(size, () => BATCH))).toEqual(result?.dims);
    expect(dataType).toBe(result?.type);
  });
});

/** What does not fit, and a part of what is said about it. */
const misfits: Readonly<Record<string, readonly [make: (graph: GraphBuilder) => string, says: string]>> = {
  "Inputs of two element types": [
    (graph) => graph.add("Add", ["x", graph.constant(int64List([1, 2]))], {}, "sum"),
    'node "sum" (Add): its inputs hold float32 and int64 instead of one element type',
  ],
  "Branches of two element types": [
    (graph) => graph.add("Where", [truth(graph), "x", graph.constant(int64List([1]))], {}, "choice"),
    'node "choice" (Where): its inputs hold float32 and int64',
  ],
  "A condition that is a number": [
    (graph) => graph.add("Where", ["x", "x", "x"], {}, "choice"),
    'node "choice" (Where): its condition is float32 instead of bool',
  ],
  "A function of floats on whole numbers": [
    (graph) => graph.add("Sigmoid", [converted(graph, "int64")], {}, "gate"),
    'node "gate" (Sigmoid): input 0 holds int64 instead of floats',
  ],
  "Logic of numbers": [(graph) => graph.add("And", ["x", "x"], {}, "both"), "float32 instead of bool"],
  "Bits of floats": [(graph) => graph.add("BitwiseAnd", ["x", "x"], {}, "bits"), "float32 instead of whole numbers"],
  "A remainder of floats that is not cut to zero": [
    (graph) => graph.add("Mod", ["x", "x"], {}, "rest"),
    'node "rest" (Mod): remainders of floats need the attribute fmod',
  ],
  "Slopes that are wider than the input": [
    (graph) => graph.add("PRelu", ["x", graph.constant(float32Tensor([2, 1, 1], [1, 2]))], {}, "act"),
    'node "act" (PRelu): the slopes do not broadcast to the input, which is [batch, 2]',
  ],
  "Shapes that do not meet": [
    (graph) => graph.add("Max", ["x", graph.constant(float32Tensor([3], [1, 2, 3]))], {}, "top"),
    'node "top" (Max): the shapes [batch, 2] and [3] do not meet',
  ],
};

test.each(Object.entries(misfits))("refused: %s", (_, [make, says]) => {
  expect(() => make(withInput())).toThrow(says);
});

describe("shape arithmetic", () => {
  /** The shape of zeros whose shape is computed from that of x, float32 [batch, 2]. */
  const computed = (of: (graph: GraphBuilder, sizes: string, list: (numbers: number[]) => string) => string) => {
    const graph = withInput();
    const target = of(graph, graph.add("Shape", ["x"]), (numbers) => graph.constant(int64List(numbers)));
    return graph.typeOf(graph.add("ConstantOfShape", [target])).shape;
  };

  test("sums, products and exact quotients of sizes are known, names among them", () => {
    expect(computed((graph, sizes, list) => graph.add("Mul", [sizes, list([4, 3])]))).toEqual(["4*batch", 6]);
    expect(computed((graph, sizes, list) => graph.add("Add", [sizes, list([0, 3])]))).toEqual(["batch", 5]);
    expect(computed((graph, sizes, list) => graph.add("Sub", [sizes, list([0, 1])]))).toEqual(["batch", 1]);
    const halved = computed((graph, sizes, list) => {
      const doubled = graph.add("Mul", [sizes, list([2])]);
      return graph.add("Div", [doubled, list([2])]);
    });
    expect(halved).toEqual(["batch", 2]);
  });

  test("conversions, choices and extremes keep what is known", () => {
    const roundTrip = computed((graph, sizes) => {
      const same = graph.add("Identity", [graph.add("Cast", [sizes], { to: int(6) })]);
      return graph.add("CastLike", [same, sizes]);
    });
    expect(roundTrip).toEqual(["batch", 2]);
    const chosen = computed((graph, sizes, list) => {
      const asked = list([-1, 7]);
      return graph.add("Where", [graph.add("Equal", [asked, list([-1])]), sizes, asked]);
    });
    expect(chosen).toEqual(["batch", 7]);
    expect(computed((graph, sizes, list) => graph.add("Max", [sizes, list([0, 5])]))).toEqual(["batch", 5]);
    expect(computed((graph, _, list) => graph.add("Min", [list([3, 9]), list([4, 5])]))).toEqual([3, 5]);
  });
});
