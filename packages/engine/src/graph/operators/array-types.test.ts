import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type Attributes, int, ints } from "../attributes.ts";
import { dimensionSize } from "../dimensions.ts";
import type { Attribute, Dimension } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { graphBuilder } from "../graph-building.ts";
import { standardModel } from "../standard-model.ts";
import { float32Tensor, int64List, scalarTensor, tensorOf } from "../tensors.ts";
import { writeModel } from "../../onnx/write.ts";

const BATCH = 3;

type Make = (graph: GraphBuilder) => string;

const list = (graph: GraphBuilder, ...numbers: readonly number[]): string => graph.constant(int64List(numbers));
const text = (value: string): Attribute => ({ kind: "string", value });

/** An operator on x and lists of whole numbers. */
function listed(operator: string, lists: readonly (readonly number[])[], attributes: Attributes = {}): Make {
  return (graph) => graph.add(operator, ["x", ...lists.map((numbers) => list(graph, ...numbers))], attributes);
}

/** Output `at` of a node on x and lists of whole numbers that has all its outputs. */
function oneOf(operator: string, lists: readonly (readonly number[])[], attributes: Attributes, at: number): Make {
  return (graph) => {
    const inputs = ["x", ...lists.map((numbers) => list(graph, ...numbers))];
    const { num_outputs: asked } = attributes;
    const count = asked?.kind === "int" ? asked.value : 3;
    const outputs = ["p", "q", "r", "s"].slice(0, operator === "TopK" ? 2 : count);
    graph.append({ name: "n", operator, domain: "", inputs, outputs, attributes });
    return outputs[at] ?? "";
  };
}

/** Uses of operators on x, float32 [batch, 4, 5, 6], with the shapes that they must give. */
const uses: Readonly<Record<string, readonly [Make, readonly Dimension[]]>> = {
  "Squeeze of all axes of size 1": [
    (graph) => graph.add("Squeeze", [graph.add("Unsqueeze", ["x", list(graph, 0, 3)])]),
    ["batch", 4, 5, 6],
  ],
  "Squeeze of one": [
    (graph) => graph.add("Squeeze", [graph.add("Unsqueeze", ["x", list(graph, 0, 5)]), list(graph, -1)]),
    [1, "batch", 4, 5, 6],
  ],
  "Flatten at the start": [listed("Flatten", [], { axis: int(0) }), [1, "120*batch"]],
  DepthToSpace: [listed("DepthToSpace", [], { blocksize: int(2) }), ["batch", 1, 10, 12]],
  SpaceToDepth: [
    (graph) =>
      graph.add("SpaceToDepth", [graph.add("Transpose", ["x"], { perm: ints([0, 2, 1, 3]) })], { blocksize: int(2) }),
    ["batch", 20, 2, 3],
  ],
  "Concat of batches": [(graph) => graph.add("Concat", ["x", "x"], { axis: int(0) }), ["2*batch", 4, 5, 6]],
  "Split into parts of which the last is smaller": [
    oneOf("Split", [], { axis: int(2), num_outputs: int(3) }, 2),
    ["batch", 4, 1, 6],
  ],
  "Split by sizes": [oneOf("Split", [[1, 2, 3]], { axis: int(-1) }, 1), ["batch", 4, 5, 2]],
  Tile: [listed("Tile", [[2, 1, 3, 1]]), ["2*batch", 4, 15, 6]],
  "Pad of some axes": [
    (graph) => graph.add("Pad", ["x", list(graph, 1, -2, 0, 3), "", list(graph, 1, -1)]),
    ["batch", 5, 5, 7],
  ],
  "Pad by reflection": [listed("Pad", [[0, 3, 0, 5, 0, 0, 4, 5]], { mode: text("reflect") }), ["batch", 7, 9, 16]],
  "Pad by the nearest": [listed("Pad", [[0, 0, 0, 9, 0, 0, 0, 1]], { mode: text("edge") }), ["batch", 4, 5, 16]],
  "Slice backwards, beyond the start": [listed("Slice", [[-1], [-99], [2], [-2]]), ["batch", 4, 3, 6]],
  "Slice of nothing": [listed("Slice", [[3], [2], [2]]), ["batch", 4, 0, 6]],
  GatherElements: [
    (graph) =>
      graph.add("GatherElements", ["x", graph.constant(tensorOf("int64", [1, 1, 1, 2], [5, -6]))], { axis: int(3) }),
    [1, 1, 1, 2],
  ],
  GatherND: [
    (graph) =>
      graph.add("GatherND", [
        "x",
        graph.constant(
          tensorOf(
            "int64",
            [7, 1, 2],
            Array.from({ length: 14 }, () => 1),
          ),
        ),
      ]),
    [7, 1, 5, 6],
  ],
  ScatterND: [
    (graph) => graph.add("ScatterND", ["x", list(graph, 0, 1, 2, 3), graph.constant(float32Tensor([], [9]))]),
    ["batch", 4, 5, 6],
  ],
  ScatterElements: [
    (graph) => {
      const updates = graph.constant(float32Tensor([1, 1, 1, 1], [9]));
      return graph.add("ScatterElements", ["x", graph.constant(tensorOf("int64", [1, 1, 1, 1], [2])), updates]);
    },
    ["batch", 4, 5, 6],
  ],
  "TopK, its values": [oneOf("TopK", [[2]], { axis: int(1) }, 0), ["batch", 2, 5, 6]],
  "TopK, its places": [oneOf("TopK", [[3]], {}, 1), ["batch", 4, 5, 3]],
  CumSum: [(graph) => graph.add("CumSum", ["x", graph.constant(scalarTensor("int64", 2))]), ["batch", 4, 5, 6]],
  Trilu: [listed("Trilu", []), ["batch", 4, 5, 6]],
  "Range of floats": [
    (graph) =>
      graph.add(
        "Range",
        [0, 1, 0.3].map((number) => graph.constant(scalarTensor("float32", number))),
      ),
    [4],
  ],
  "Range as far as the batch is large": [
    (graph) => {
      const [zero = "", one = ""] = [0, 1].map((number) => graph.constant(scalarTensor("int64", number)));
      return graph.add("Range", [one, graph.add("Gather", [graph.add("Shape", ["x"]), zero]), one]);
    },
    ["batch - 1"],
  ],
  EyeLike: [
    (graph) => graph.add("EyeLike", [graph.add("Flatten", ["x"])], { dtype: int(7), k: int(1) }),
    ["batch", 120],
  ],
  "ReduceMax over two axes": [listed("ReduceMax", [[1, -1]], { keepdims: int(0) }), ["batch", 5]],
  "ReduceL2 over all": [listed("ReduceL2", []), [1, 1, 1, 1]],
  "ReduceMean over none": [listed("ReduceMean", [[]], { noop_with_empty_axes: int(1) }), ["batch", 4, 5, 6]],
  "ReduceProd over all, without axes": [listed("ReduceProd", [[]], { keepdims: int(0) }), []],
  ArgMin: [listed("ArgMin", [], { axis: int(-2), keepdims: int(0) }), ["batch", 4, 6]],
};

describe("types of arrays that rules say are those that ONNX Runtime makes", () => {
  test.each(Object.entries(uses))("%s", async (name, [make, expected]) => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", 4, 5, 6] });
    const y = make(graph);
    const { dataType, shape } = graph.typeOf(y);
    expect(shape).toEqual(expected);
    const session = await InferenceSession.create(writeModel(standardModel(graph.build(name, [y]))), {
      logSeverityLevel: 3,
    });
    const x = new Tensor(
      "float32",
      Float32Array.from({ length: BATCH * 120 }, (_, i) => Math.sin(i)),
      [BATCH, 4, 5, 6],
    );
    const result = (await session.run(session.inputNames.length === 0 ? {} : { x }))[y];
    expect(shape.map((size) => dimensionSize(size, () => BATCH))).toEqual(result?.dims);
    expect(dataType).toBe(result?.type);
  });
});

/** Uses that are refused, and what is said of them. */
const refused: Readonly<Record<string, readonly [Make, string]>> = {
  "an axis that there is not": [listed("Softmax", [], { axis: int(4) }), "there is no axis 4 among 4"],
  "an axis to reduce that there is not": [listed("ReduceSum", [[-5]]), "there is no axis -5 among 4"],
  "axes that are computed": [
    (graph) => graph.add("ReduceSum", ["x", graph.input({ name: "axes", dataType: "int64", shape: [1] })]),
    "its axes are not known before the graph runs",
  ],
  "a norm over no axes": [listed("ReduceL2", [[]], { noop_with_empty_axes: int(1) }), "is not settled"],
  "a shape that is computed from data": [
    (graph) => graph.add("Reshape", ["x", graph.add("ArgMax", [graph.add("Flatten", ["x"])], { keepdims: int(0) })]),
    "its input 1 is not known before the graph runs",
  ],
  "a shape that an input must say": [
    (graph) => graph.add("Expand", ["x", graph.input({ name: "shape", dataType: "int64", shape: [4] })]),
    "its input 1 is not known before the graph runs",
  ],
  "an expansion to −1": [listed("Expand", [[-1, 4, 5, 6]]), "there is no shape [-1, 4, 5, 6]"],
  "a squeezed axis of another size": [listed("Squeeze", [[1]]), "axis 1 of [batch, 4, 5, 6] is not of size 1"],
  "an axis that is added twice": [listed("Unsqueeze", [[0, 0]]), "an axis is added twice"],
  "an order of other axes": [listed("Transpose", [], { perm: ints([0, 1]) }), "[0, 1] is no order of 4 axes"],
  "channels that fill no squares": [
    listed("DepthToSpace", [], { blocksize: int(3) }),
    "4 channels are no multiple of 3 · 3",
  ],
  "sides that are no squares": [listed("SpaceToDepth", [], { blocksize: int(2) }), "a side of 5 is no multiple of 2"],
  "shapes that do not join": [
    (graph) =>
      graph.add("Concat", ["x", graph.constant(float32Tensor([1, 4, 5], new Float32Array(20)))], { axis: int(1) }),
    "cannot be joined along axis 1",
  ],
  "parts that are not the whole": [
    oneOf("Split", [[1, 2, 4]], { axis: int(3) }, 0),
    "parts of 1, 2, 4 are not an axis of 6",
  ],
  "parts of a batch": [
    oneOf("Split", [], { axis: int(0), num_outputs: int(3) }, 0),
    "an axis of batch has no 3 equal parts",
  ],
  "more parts than there are entries": [
    oneOf("Split", [], { axis: int(2), num_outputs: int(4) }, 0),
    "an axis of 5 has no 4 equal parts",
  ],
  "repeats of other axes": [listed("Tile", [[2]]), "[2] repeats of a tensor of the shape [batch, 4, 5, 6]"],
  "the first two of a batch": [listed("Slice", [[0], [2], [0]]), "axis 0 of size batch cannot be cut from 0 to 2"],
  "every second of a batch": [
    listed("Slice", [[0], [99], [0], [2]]),
    "axis 0 of size batch cannot be cut from 0 to 99",
  ],
  "margins by a mirror that is too small": [
    listed("Pad", [[0, 4, 0, 0, 0, 0, 0, 0]], { mode: text("reflect") }),
    'margins of 4 and 0 for 4 entries cannot be made by "reflect"',
  ],
  "margins around a ring": [
    listed("Pad", [[0, 1, 0, 0, 0, 0, 0, 0]], { mode: text("wrap") }),
    'padding by "wrap" is not supported',
  ],
  "margins of other axes": [listed("Pad", [[1, 1]]), "2 margins for 4 axes"],
  "margins that take more than there is": [
    listed("Pad", [[0, -3, 0, 0, 0, -2, 0, 0]]),
    "margins of -3 and -2 for 4 entries",
  ],
  "a triangle of a list": [
    (graph) => graph.add("Trilu", [graph.constant(float32Tensor([2], [1, 2]))]),
    "[2] is no matrix",
  ],
  "a range whose end is data": [
    (graph) => {
      const one = graph.constant(scalarTensor("int64", 1));
      return graph.add("Range", [one, graph.input({ name: "end", dataType: "int64", shape: [] }), one]);
    },
    "its input 1 is not known before the graph runs",
  ],
  "indices of another rank": [
    (graph) => graph.add("GatherElements", ["x", list(graph, 1)]),
    "indices [1] for entries of [batch, 4, 5, 6]",
  ],
  "indices that lead further than there are axes": [
    (graph) => graph.add("GatherND", ["x", list(graph, 0, 0, 0, 0, 0)]),
    "indices [5] for entries of [batch, 4, 5, 6]",
  ],
};

describe("uses that are refused", () => {
  test.each(Object.entries(refused))("%s", (_, [make, message]) => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", 4, 5, 6] });
    const said = { code: "model-unsupported", message: expect.stringContaining(message) };
    expect(() => make(graph)).toThrow(expect.objectContaining(said));
  });
});
