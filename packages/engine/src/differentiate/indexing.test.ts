import { describe, expect, test } from "vitest";
import { type Attributes, int } from "../graph/attributes.ts";
import type { TensorData } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { indexingOperators } from "../graph/operators/indexing.ts";
import { orderingOperators } from "../graph/operators/ordering.ts";
import { int64List, scalarTensor, tensorOf } from "../graph/tensors.ts";
import type { GradientCheck } from "./check-gradient.ts";
import { appendGradients } from "./differentiate.ts";
import { testGradients } from "./operator-checks.ts";

/** An operator on float inputs with whole numbers as its input 1. */
function indexed(
  operator: string,
  shapes: readonly (readonly number[])[],
  indices: TensorData,
  attributes: Attributes = {},
): GradientCheck {
  const inputs = Object.fromEntries(shapes.map((shape, at) => [String.fromCharCode(97 + at), shape]));
  const build = (graph: GraphBuilder): string =>
    graph.add(operator, ["a", graph.constant(indices), ...Object.keys(inputs).slice(1)], attributes);
  return { inputs, build };
}

function numbers(shape: readonly number[], values: readonly number[]): TensorData {
  return tensorOf("int64", shape, values);
}

/** Gather by labels that are found while the graph runs, each one twice and more. */
function byComputed(shape: readonly number[], axis: number): GradientCheck {
  const build = (graph: GraphBuilder): string => {
    const two = graph.constant(
      tensorOf(
        "float64",
        [2, 3, 4],
        Array.from({ length: 24 }, (_, i) => Math.sin(9 * i)),
      ),
    );
    return graph.add("Gather", ["a", graph.add("ArgMax", [two], { axis: int(-1), keepdims: int(0) })], {
      axis: int(axis),
    });
  };
  return { inputs: { a: shape }, build };
}

const added: Attributes = { reduction: { kind: "string", value: "add" } };

describe("entries by their numbers", () => {
  testGradients(indexingOperators, {
    Gather: [
      indexed("Gather", [[4, 2]], numbers([2, 2], [1, 3, 1, -4])),
      indexed("Gather", [[4, 2]], numbers([5], [1, 3, 1, 0, -1])),
      indexed("Gather", [[2, 4, 3]], numbers([3], [1, 1, -1]), { axis: int(1) }),
      indexed("Gather", [[2, 3]], scalarTensor("int64", -1), { axis: int(1) }),
      indexed("Gather", [[2, 5]], int64List([1, 2, 3]), { axis: int(1) }),
      indexed("Gather", [[2, 5]], int64List([3, 0, 4]), { axis: int(-1) }),
      indexed("Gather", [[3, 2]], tensorOf("int32", [3], [2, 2, 0])),
      byComputed([4, 2], 0),
      byComputed([2, 4, 3], 1),
    ],
    GatherElements: [
      indexed("GatherElements", [[3, 2]], numbers([2, 2], [0, 2, 0, -1])),
      indexed("GatherElements", [[2, 3]], numbers([2, 2], [0, 0, 2, 1]), { axis: int(1) }),
    ],
    GatherND: [
      indexed("GatherND", [[3, 2, 2]], numbers([3, 2], [0, 1, 2, 0, 0, 1])),
      indexed("GatherND", [[3, 2]], numbers([2, 1, 1], [2, 0])),
    ],
    ScatterElements: [
      indexed(
        "ScatterElements",
        [
          [3, 2],
          [2, 2],
        ],
        numbers([2, 2], [0, 2, 1, 0]),
      ),
      indexed(
        "ScatterElements",
        [
          [2, 3],
          [2, 2],
        ],
        numbers([2, 2], [0, 0, 2, 1]),
        { ...added, axis: int(1) },
      ),
    ],
    ScatterND: [
      indexed(
        "ScatterND",
        [
          [3, 2],
          [2, 2],
        ],
        numbers([2, 1], [2, 0]),
      ),
      indexed("ScatterND", [[3, 2], [3]], numbers([3, 2], [2, 1, 0, 0, 2, 1]), added),
    ],
  });
});

describe("running sums and largest entries", () => {
  const axis = scalarTensor("int64", 1);
  testGradients(orderingOperators, {
    CumSum: [
      indexed("CumSum", [[2, 3]], axis),
      indexed("CumSum", [[2, 3]], axis, { exclusive: int(1), reverse: int(1) }),
    ],
    TopK: [
      indexed("TopK", [[2, 5]], int64List([2])),
      indexed("TopK", [[4, 2]], int64List([3]), { axis: int(0), largest: int(0) }),
    ],
  });
});

describe("the gradient of chosen entries", () => {
  /** The operators of the gradient of Gather on x [5, 3], constants left out. */
  function operatorsFor(indices: (graph: GraphBuilder) => string, axis: number): readonly string[] {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: [5, 3] });
    const chosen = graph.add("Gather", ["x", indices(graph)], { axis: int(axis) });
    const output = graph.add("ReduceSum", [graph.add("Mul", [chosen, chosen])], { keepdims: int(0) });
    const gathered = graph.nodes().length;
    const gradient = appendGradients(graph, { output, withRespectTo: ["x"] }).get("x") ?? "";
    const made = new Set(
      graph
        .nodes()
        .slice(gathered)
        .map(({ name }) => name),
    );
    const { nodes } = graph.build("g", [gradient]);
    return nodes.flatMap(({ name, operator }) => (made.has(name) && operator !== "Constant" ? [operator] : []));
  }

  test("is zeros around it where the places are known neighbours", () => {
    const first = operatorsFor((graph) => graph.constant(scalarTensor("int64", 0)), 1);
    expect(first.slice(-2)).toEqual(["Unsqueeze", "Pad"]);
    expect(operatorsFor((graph) => graph.constant(int64List([1, 2])), 0).at(-1)).toBe("Pad");
  });

  test("adds up what was chosen more than once, or may have been", () => {
    const twice = operatorsFor((graph) => graph.constant(int64List([1, 1])), 0);
    expect(twice.slice(-3)).toEqual(["ConstantOfShape", "Unsqueeze", "ScatterND"]);
    const labels = (graph: GraphBuilder): string => graph.input({ name: "i", dataType: "int64", shape: ["batch"] });
    expect(operatorsFor(labels, 0).at(-1)).toBe("ScatterND");
  });

  test("is refused where updates are multiplied or the indices have batch axes of their own", () => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: [2, 3] });
    graph.input({ name: "i", dataType: "int64", shape: [2, 1] });
    const batch = graph.add("GatherND", ["x", "i"], { batch_dims: int(1) });
    const updates = graph.constant(tensorOf("float32", [2, 1], [3, 4]));
    const multiplied: Attributes = { reduction: { kind: "string", value: "mul" } };
    const times = graph.add("ScatterElements", ["x", "i", updates], multiplied);
    const gradient = (value: string) => (): unknown => {
      const output = graph.add("ReduceSum", [value], { keepdims: int(0) });
      return appendGradients(graph, { output, withRespectTo: ["x"] });
    };
    expect(gradient(batch)).toThrow("its gradient is not supported with batch_dims");
    expect(gradient(times)).toThrow('its gradient is not supported with the reduction "mul"');
  });
});
