import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { int, ints } from "./attributes.ts";
import { dimensionSize } from "./dimensions.ts";
import type { Dimension } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { graphBuilder } from "./graph-building.ts";
import { MAX_KNOWN_ELEMENTS } from "./shape-arithmetic.ts";
import { standardModel } from "./standard-model.ts";
import { int64List, scalarTensor } from "./tensors.ts";
import { writeModel } from "../onnx/write.ts";

const SIZES: Readonly<Record<string, number>> = { batch: 3, time: 5 };

const list = (graph: GraphBuilder, ...numbers: readonly number[]): string => graph.constant(int64List(numbers));
const scalar = (graph: GraphBuilder, number: number): string => graph.constant(scalarTensor("int64", number));

/** Shape arithmetic on x, float32 [batch, time, 12], and on its shape s, and what must be known of the result. */
const chains: Readonly<Record<string, readonly [(graph: GraphBuilder) => string, readonly Dimension[]]>> = {
  "a shape": [() => "s", ["batch", "time", 12]],
  "its last entries": [(graph) => graph.add("Slice", ["s", list(graph, -2), list(graph, 2 ** 53)]), ["time", 12]],
  "it backwards": [
    (graph) => graph.add("Slice", ["s", list(graph, -1), list(graph, -(2 ** 53)), list(graph, 0), list(graph, -1)]),
    [12, "time", "batch"],
  ],
  "one of its entries": [(graph) => graph.add("Gather", ["s", scalar(graph, -3)]), ["batch"]],
  "some of its entries": [(graph) => graph.add("Gather", ["s", list(graph, 2, 0)]), [12, "batch"]],
  "the number of elements": [(graph) => graph.add("Size", ["x"]), ["12*batch*time"]],
  "the product of its entries": [(graph) => graph.add("ReduceProd", ["s"], { keepdims: int(0) }), ["12*batch*time"]],
  "their sum": [(graph) => graph.add("ReduceSum", ["s", list(graph, 0)]), ["batch + time + 12"]],
  "their quotients": [(graph) => graph.add("Div", ["s", list(graph, 1, 1, 5)]), ["batch", "time", 2]],
  "the shape in which it meets another, no size being 0": [
    (graph) =>
      graph.add("Max", [graph.add("Max", ["s", list(graph, 1, 1, 1)]), graph.add("Min", ["s", list(graph, 1, 1, 1)])]),
    ["batch", "time", 12],
  ],
  "an exact quotient": [
    (graph) => graph.add("Div", [graph.add("Mul", ["s", scalar(graph, 4)]), list(graph, 2)]),
    ["2*batch", "2*time", 24],
  ],
  "sums and differences": [
    (graph) => graph.add("Sub", [graph.add("Add", ["s", "s"]), list(graph, 0, 1, 24)]),
    ["2*batch", "2*time - 1", 0],
  ],
  "a scalar from a list and back": [
    (graph) => {
      const last = graph.add("Slice", ["s", list(graph, 2), list(graph, 3)]);
      return graph.add("Reshape", [graph.add("Squeeze", [last]), list(graph, -1)]);
    },
    [12],
  ],
  "a list of scalars": [
    (graph) => {
      const one = graph.add("Unsqueeze", [graph.add("Gather", ["s", scalar(graph, 0)]), list(graph, 0)]);
      return graph.add("Concat", [one, list(graph, -1), one], { axis: int(0) });
    },
    ["batch", -1, "batch"],
  ],
  "entries of −1 replaced, as expanding does": [
    (graph) => {
      const asked = graph.add("Concat", [graph.add("Shape", ["x"], { end: int(1) }), list(graph, -1, -1)], {
        axis: int(0),
      });
      const fill = { kind: "tensor", value: int64List([1]) } as const;
      const ones = graph.add("ConstantOfShape", [list(graph, 3)], { value: fill });
      const kept = graph.add("Mul", [ones, scalar(graph, -1)]);
      return graph.add("Where", [graph.add("Equal", [asked, kept]), ones, asked]);
    },
    ["batch", 1, 1],
  ],
  "margins of axes in the order of Pad": [
    (graph) => {
      const pairs = graph.add("Reshape", [list(graph, 1, 2, 3, 4), list(graph, -1, 2)]);
      const bounds = [list(graph, -1), list(graph, -(2 ** 53)), list(graph, 0), list(graph, -1)];
      const turned = graph.add("Transpose", [graph.add("Slice", [pairs, ...bounds])], { perm: ints([1, 0]) });
      return graph.add("Cast", [graph.add("Reshape", [turned, list(graph, -1)])], { to: int(7) });
    },
    [3, 1, 4, 2],
  ],
  "positions, from bounds that were floats": [
    (graph) => {
      const bound = graph.constant(scalarTensor("float32", 2));
      const start = graph.add("Cast", [bound], { to: int(7) });
      return graph.add("Range", [start, graph.add("Gather", ["s", scalar(graph, 2)]), scalar(graph, 4)]);
    },
    [2, 6, 10],
  ],
  "positions repeated": [(graph) => graph.add("Expand", [list(graph, 0, 1), list(graph, 2, 2)]), [0, 1, 0, 1]],
  "a list repeated": [(graph) => graph.add("Tile", ["s", list(graph, 2)]), ["batch", "time", 12, "batch", "time", 12]],
  "lists joined along their second axis": [
    (graph) => {
      const column = graph.add("Unsqueeze", ["s", list(graph, 1)]);
      return graph.add("Concat", [column, graph.add("Identity", [column])], { axis: int(1) });
    },
    ["batch", "batch", "time", "time", 12, 12],
  ],
  "remainders, which have the sign of the divisor": [
    (graph) => graph.add("Mod", [list(graph, 7, -7, 7, -7), list(graph, 3, 3, -3, -3)]),
    [1, 2, -2, -1],
  ],
  "remainders cut to zero, which have the sign of the dividend": [
    (graph) => graph.add("Mod", [list(graph, 7, -7, 7, -7), list(graph, 3, 3, -3, -3)], { fmod: int(1) }),
    [1, -1, 1, -1],
  ],
  "remainders of sizes that are multiples whatever the names stand for": [
    (graph) => {
      const twelveBatches = graph.add("Mul", [graph.add("Gather", ["s", scalar(graph, 0)]), scalar(graph, 12)]);
      return graph.add("Mod", [twelveBatches, list(graph, 4, 6)]);
    },
    [0, 0],
  ],
  "whether sizes are something": [
    (graph) => graph.add("Cast", [graph.add("Equal", ["s", list(graph, -1, -1, 12)])], { to: int(6) }),
    [0, 0, 1],
  ],
  "the smaller of numbers": [(graph) => graph.add("Min", [scalar(graph, 7), list(graph, 5, 9)]), [5, 7]],
};

describe("shape arithmetic", () => {
  test.each(Object.entries(chains))("knows %s, as ONNX Runtime computes it", async (_, [make, expected]) => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", "time", 12] });
    graph.add("Shape", ["x"], {}, "s");
    const y = make(graph);
    expect(graph.dimensionsOf(y)).toEqual(expected);
    const isFixed = expected.every((size) => typeof size === "number");
    expect(graph.constantOf(y)?.shape).toEqual(isFixed ? graph.typeOf(y).shape : undefined);
    const session = await InferenceSession.create(writeModel(standardModel(graph.build("g", [y]))), {
      logSeverityLevel: 3,
    });
    const x = new Tensor("float32", new Float32Array(180), [3, 5, 12]);
    const result = (await session.run(session.inputNames.length === 0 ? {} : { x }))[y];
    expect(Array.from(result?.data ?? [], Number)).toEqual(
      expected.map((size) => dimensionSize(size, (name) => SIZES[name])),
    );
    expect(result?.dims).toEqual(graph.typeOf(y).shape);
  });

  test("does not guess: what depends on a name in another way is not known", () => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", 12] });
    const batch = graph.add("Gather", [graph.add("Shape", ["x"]), scalar(graph, 0)]);
    expect(graph.dimensionsOf(graph.add("Div", [batch, scalar(graph, 2)]))).toBeNull();
    expect(graph.dimensionsOf(graph.add("Equal", [batch, scalar(graph, 1)]))).toBeNull();
    expect(graph.dimensionsOf(graph.add("Min", [batch, scalar(graph, 8)]))).toBeNull();
    expect(graph.dimensionsOf(graph.add("Mod", [batch, scalar(graph, 2)]))).toBeNull();
    expect(graph.dimensionsOf(graph.add("Mod", [scalar(graph, 7), scalar(graph, 0)]))).toBeNull();
  });

  test("keeps the bounds of int64, which no float64 can hold", () => {
    const graph = graphBuilder();
    const bounds = { dataType: "int64", shape: [2], values: BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n)) } as const;
    const copy = graph.add("Concat", [graph.constant(bounds), graph.constant(int64List([5]))], { axis: int(0) });
    const tensor = graph.constantOf(copy);
    expect(tensor?.values).toEqual(BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 5n));
  });

  test("makes nothing of arrays without elements, however wide they are along other axes", () => {
    const graph = graphBuilder();
    const empty = graph.add("Expand", [scalar(graph, 1), list(graph, 10 ** 9, 10 ** 9, 0)]);
    expect(graph.dimensionsOf(empty)).toEqual([]);
  });

  test("leaves large constants alone", () => {
    const graph = graphBuilder();
    const many = graph.constant(int64List(Array.from({ length: MAX_KNOWN_ELEMENTS + 1 }, (_, i) => i)));
    expect(graph.dimensionsOf(many)).toBeNull();
    expect(graph.constantOf(many)?.values).toHaveLength(MAX_KNOWN_ELEMENTS + 1);
  });

  test("slices as ONNX Runtime does", async () => {
    const bound = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(-(2 ** 53), 2 ** 53));
    const cuts = fc.tuple(fc.integer({ min: 1, max: 6 }), bound, bound, fc.constantFrom(-3, -2, -1, 1, 2, 3));
    await fc.assert(
      fc.asyncProperty(cuts, async ([length, start, end, step]) => {
        const numbers = Array.from({ length }, (_, i) => i);
        const graph = graphBuilder();
        graph.input({ name: "x", dataType: "int64", shape: [length] });
        const bounds = [list(graph, start), list(graph, end), list(graph, 0), list(graph, step)];
        const y = graph.add("Slice", ["x", ...bounds]);
        const known = graph.dimensionsOf(graph.add("Slice", [list(graph, ...numbers), ...bounds]));
        const session = await InferenceSession.create(writeModel(standardModel(graph.build("g", [y]))));
        const x = new Tensor("int64", BigInt64Array.from(numbers, BigInt), [length]);
        expect(known).toEqual(Array.from((await session.run({ x }))[y]?.data ?? [], Number));
      }),
      { numRuns: 50 },
    );
  });
});
