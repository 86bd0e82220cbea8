import { describe, expect, test } from "vitest";
import { type Attributes, int, ints } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { poolingOperators } from "../graph/operators/pooling.ts";
import { int64List } from "../graph/tensors.ts";
import type { GradientCheck } from "./check-gradient.ts";
import { appendGradients } from "./differentiate.ts";
import { gradientsAt, on, singleOnly, testGradients } from "./operator-checks.ts";

type Shape = readonly number[];

/** Numbers that all differ by at least 1/8, so that no maximum changes its place within a step. */
function distinct(shape: Shape): readonly number[] {
  const count = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, i) => (((i * 37) % 101) - 50) / 4 + i / 8192);
}

/** Pooling by windows of sizes `kernel`, the maximum in float64, the average in float32, which alone ONNX Runtime has. */
function maximum(shape: Shape, kernel: Shape, attributes: Attributes = {}): GradientCheck {
  return { ...on("MaxPool", [shape], { kernel_shape: ints(kernel), ...attributes }), values: { a: distinct(shape) } };
}

function average(shape: Shape, kernel: Shape, attributes: Attributes = {}): GradientCheck {
  return { ...on("AveragePool", [shape], { kernel_shape: ints(kernel), ...attributes }), ...singleOnly };
}

const padding = (value: string): Attributes => ({ auto_pad: { kind: "string", value } });
const twos: Attributes = { strides: ints([2, 2]) };
const onPadding: Attributes = { count_include_pad: int(1) };
const ceiling: Attributes = { ceil_mode: int(1) };

describe("pooling", () => {
  testGradients(poolingOperators, {
    AveragePool: [
      average([2, 2, 4, 4], [2, 2], twos),
      average([1, 2, 5, 4], [2, 2], twos),
      average([1, 1, 4, 5], [3, 3], { ...twos, pads: ints([1, 1, 1, 1]) }),
      average([1, 1, 4, 5], [3, 3], { ...twos, ...onPadding, pads: ints([1, 1, 1, 1]) }),
      average([1, 1, 6, 5], [3, 2], { ...twos, ...ceiling }),
      average([1, 1, 6, 5], [3, 2], { ...twos, ...ceiling, ...onPadding, pads: ints([0, 1, 0, 0]) }),
      average([1, 2, 6], [3], { pads: ints([1, 1]) }),
      average([1, 1, 7], [2], { strides: ints([3]) }),
      average([1, 1, 3, 4, 4], [2, 2, 2], { strides: ints([1, 2, 2]) }),
      average([1, 1, 5, 4], [3, 2], { ...twos, ...padding("SAME_UPPER") }),
      average([1, 1, 5, 4], [3, 2], { ...twos, ...padding("SAME_LOWER"), ...onPadding }),
      average([1, 1, 5, 4], [3, 2], padding("VALID")),
    ],
    GlobalAveragePool: [
      { ...on("GlobalAveragePool", [[2, 3, 2, 3]]), ...singleOnly },
      { ...on("GlobalAveragePool", [[2, 3, 4]]), ...singleOnly },
    ],
    GlobalMaxPool: [
      { ...on("GlobalMaxPool", [[2, 3, 2, 3]]), values: { a: distinct([2, 3, 2, 3]) }, ...singleOnly },
      { ...on("GlobalMaxPool", [[2, 3, 4]]), values: { a: distinct([2, 3, 4]) }, ...singleOnly },
    ],
    MaxPool: [
      { ...maximum([2, 2, 4, 5], [2, 2], twos), ...singleOnly },
      { ...maximum([1, 2, 5, 5], [2, 2], { ...twos, ...ceiling, pads: ints([1, 0, 0, 0]) }), ...singleOnly },
      maximum([2, 2, 5, 6], [3, 3], { ...twos, pads: ints([1, 1, 1, 1]) }),
      maximum([1, 2, 4, 4], [3, 2], ceiling),
      maximum([1, 1, 6, 6], [2, 2], { ...ceiling, strides: ints([1, 2]), dilations: ints([2, 3]) }),
      maximum([1, 2, 7], [3], { strides: ints([2]) }),
      maximum([1, 1, 3, 4, 4], [2, 2, 2]),
      maximum([1, 1, 5, 4], [3, 2], { ...twos, ...padding("SAME_LOWER") }),
    ],
    MaxUnpool: [
      {
        inputs: { a: [1, 1, 2, 2] },
        build: (graph) => {
          const cells = graph.constant({
            dataType: "int64",
            shape: [1, 1, 2, 2],
            values: BigInt64Array.of(3n, 5n, 8n, 14n),
          });
          const attributes = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
          return graph.add("MaxUnpool", ["a", cells, graph.constant(int64List([1, 1, 4, 4]))], attributes);
        },
        ...singleOnly,
      },
    ],
  });
});

/** The gradient of Σ y with respect to a single image of 4 cells in a row, whose second and third are the largest. */
async function gradientOfTie(operator: string, attributes: Attributes = {}): Promise<readonly number[] | undefined> {
  const build = (graph: GraphBuilder): string => {
    const image = graph.add("Reshape", ["a", graph.constant(int64List([1, 1, 4]))]);
    return graph.add(operator, [image], attributes);
  };
  return (await gradientsAt(build, { a: [1, 5, 5, 2] }))["a"];
}

describe("several equal maxima", () => {
  test("of windows that overlap: the first one gets all, as often as it is the maximum", async () => {
    // Windows (1, 5, 5) and (5, 5, 2): the second cell is the first maximum of both.
    expect(await gradientOfTie("MaxPool", { kernel_shape: ints([3]) })).toEqual([0, 2, 0, 0]);
  });

  test("of windows that do not overlap: the first one gets all", async () => {
    expect(await gradientOfTie("MaxPool", { kernel_shape: ints([4]), strides: ints([4]) })).toEqual([0, 1, 0, 0]);
  });

  test("of all cells: the first one gets all", async () => {
    expect(await gradientOfTie("GlobalMaxPool")).toEqual([0, 1, 0, 0]);
  });
});

test("cells that are numbered by columns are refused where a gradient needs their numbers", () => {
  const graph = graphBuilder();
  graph.input({ name: "a", dataType: "float32", shape: [1, 1, 4, 4] });
  const y = graph.add("MaxPool", ["a"], { kernel_shape: ints([2, 2]), storage_order: int(1) });
  const output = graph.add("ReduceSum", [y], { keepdims: int(0) });
  expect(() => appendGradients(graph, { output, withRespectTo: ["a"] })).toThrow("cells must be numbered row by row");
});
