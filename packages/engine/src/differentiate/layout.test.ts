import { describe } from "vitest";
import { type Attributes, int, ints } from "../graph/attributes.ts";
import type { Attribute } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { broadcastingOperators } from "../graph/operators/broadcasting.ts";
import { joiningOperators } from "../graph/operators/joining.ts";
import { layoutOperators } from "../graph/operators/layout.ts";
import { paddingOperators } from "../graph/operators/padding.ts";
import { slicingOperators } from "../graph/operators/slicing.ts";
import { int64List, scalarTensor } from "../graph/tensors.ts";
import type { GradientCheck } from "./check-gradient.ts";
import { on, singleOnly, testGradients } from "./operator-checks.ts";

/** An operator on an input a of the given shape and on lists of whole numbers. */
function listed(
  operator: string,
  shape: readonly number[],
  lists: readonly (readonly number[])[],
  attributes: Attributes = {},
): GradientCheck {
  return { inputs: { a: shape }, build: (graph) => graph.add(operator, ["a", ...constants(graph, lists)], attributes) };
}

function constants(graph: GraphBuilder, lists: readonly (readonly number[])[]): readonly string[] {
  return lists.map((list) => graph.constant(int64List(list)));
}

const text = (value: string): Attribute => ({ kind: "string", value });

/** The outputs of a Split of a, each of which `use` may use. */
function parts(
  shape: readonly number[],
  make: (graph: GraphBuilder) => readonly string[],
  attributes: Attributes,
  use: (graph: GraphBuilder, outputs: readonly string[]) => string,
): GradientCheck {
  const build = (graph: GraphBuilder): string => {
    const outputs = ["p", "q", "r"];
    graph.append({ name: "split", operator: "Split", domain: "", inputs: ["a", ...make(graph)], outputs, attributes });
    return use(graph, outputs);
  };
  return { inputs: { a: shape }, build };
}

const product = (graph: GraphBuilder, [first = "", , last = ""]: readonly string[]): string =>
  graph.add("Mul", [first, last]);

describe("shapes and orders of axes", () => {
  testGradients(layoutOperators, {
    DepthToSpace: [
      { ...on("DepthToSpace", [[1, 8, 1, 2]], { blocksize: int(2) }), ...singleOnly },
      { ...on("DepthToSpace", [[2, 8, 2, 1]], { blocksize: int(2), mode: text("CRD") }), ...singleOnly },
    ],
    Flatten: [on("Flatten", [[2, 3, 2]]), on("Flatten", [[2, 3, 2]], { axis: int(-1) })],
    Reshape: [listed("Reshape", [2, 6], [[3, -1]]), listed("Reshape", [2, 6], [[0, 2, 3]])],
    SpaceToDepth: [{ ...on("SpaceToDepth", [[1, 2, 2, 4]], { blocksize: int(2) }), ...singleOnly }],
    Squeeze: [on("Squeeze", [[1, 3, 1]]), listed("Squeeze", [1, 3, 1], [[-1]])],
    Transpose: [on("Transpose", [[2, 3, 4]], { perm: ints([1, 2, 0]) }), on("Transpose", [[2, 3]])],
    Unsqueeze: [listed("Unsqueeze", [2, 3], [[0, -1]])],
  });
});

describe("repeating along axes of size 1", () => {
  testGradients(broadcastingOperators, {
    Expand: [listed("Expand", [2, 1], [[2, 2, 3]]), listed("Expand", [2, 3], [[1, 3]]), listed("Expand", [], [[2]])],
  });
});

describe("joining, taking apart and repeating", () => {
  testGradients(joiningOperators, {
    Concat: [
      on(
        "Concat",
        [
          [2, 3],
          [2, 1],
          [2, 2],
        ],
        { axis: int(-1) },
      ),
      on("Concat", [[2, 3]], { axis: int(0) }),
      { inputs: { a: [2, 2] }, build: (graph) => graph.add("Concat", ["a", "a"], { axis: int(0) }) },
    ],
    Split: [
      parts([2, 6], () => [], { axis: int(-1), num_outputs: int(3) }, product),
      parts(
        [7, 2],
        () => [],
        { num_outputs: int(3) },
        (graph, [, , last = ""]) => graph.add("Exp", [last]),
      ),
      parts([2, 7], (graph) => constants(graph, [[2, 3, 2]]), { axis: int(1) }, product),
    ],
    Tile: [listed("Tile", [2, 3], [[2, 3]]), listed("Tile", [2, 1], [[1, 4]]), listed("Tile", [2], [[1]])],
  });
});

describe("slices", () => {
  testGradients(slicingOperators, {
    Slice: [
      listed(
        "Slice",
        [4, 5],
        [
          [1, 0],
          [3, 99],
        ],
      ),
      listed("Slice", [4, 5], [[-2], [Number.MAX_SAFE_INTEGER], [1]]),
      listed(
        "Slice",
        [4, 5],
        [
          [1, 4],
          [4, -6],
          [0, 1],
          [2, -2],
        ],
      ),
      listed("Slice", [4, 5], [[-1], [-99], [-1], [-1]]),
      listed("Slice", [5], [[3], [0], [0], [-1]]),
    ],
  });
});

describe("padding and triangles", () => {
  testGradients(paddingOperators, {
    Pad: [
      listed("Pad", [2, 3], [[1, 0, 0, 2]]),
      listed("Pad", [2, 3], [[-1, 1, 0, -2]]),
      {
        inputs: { a: [2, 3], b: [] },
        build: (graph) => {
          const [pads = "", axes = ""] = constants(graph, [[1, 2], [-1]]);
          return graph.add("Pad", ["a", pads, "b", axes]);
        },
      },
      listed("Pad", [3, 4], [[2, 1, 1, 3]], { mode: text("reflect") }),
      listed("Pad", [2, 3], [[1, 2, 0, 1]], { mode: text("edge") }),
    ],
    Trilu: [
      on("Trilu", [[2, 3, 3]]),
      {
        inputs: { a: [3, 4] },
        build: (graph) => graph.add("Trilu", ["a", graph.constant(scalarTensor("int64", -1))], { upper: int(0) }),
      },
    ],
  });
});
