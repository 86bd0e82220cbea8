import { elementCount } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type Attributes, int } from "../graph/attributes.ts";
import { dimensionSize } from "../graph/dimensions.ts";
import type { Dimension } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { int64List, scalarTensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { appendGradients } from "./differentiate.ts";

const SIZES: Readonly<Record<string, number>> = { batch: 2, time: 5, width: 3 };

/** A function of float32 inputs whose shapes have names in them. */
interface Use {
  readonly shapes: readonly (readonly Dimension[])[];
  /** Appends y = f(x0, x1, …) and returns its name. */
  readonly build: (graph: GraphBuilder) => string;
}

const list = (graph: GraphBuilder, ...numbers: readonly number[]): string => graph.constant(int64List(numbers));

/** One of the sizes of x0, as exporters write it: a scalar, or a list of one. */
function sizeOf(graph: GraphBuilder, axis: number, asList = true): string {
  const size = graph.add("Gather", [graph.add("Shape", ["x0"]), graph.constant(scalarTensor("int64", axis))]);
  return asList ? graph.add("Unsqueeze", [size, list(graph, 0)]) : size;
}

function use(shapes: Use["shapes"], build: Use["build"]): Use {
  return { shapes, build };
}

const rows: Attributes = { axis: int(0) };
const halves: Attributes = { axis: int(0), num_outputs: int(2) };
const columns: Attributes = { axis: int(1) };

const uses: Readonly<Record<string, Use>> = {
  "Concat along an axis without known sizes": use(
    [
      ["batch", "time"],
      ["batch", "width"],
      ["batch", 1],
    ],
    (graph) => graph.add("Concat", ["x0", "x1", "x2"], columns),
  ),
  "Slice of all but the last": use([["batch", "time"]], (graph) =>
    graph.add("Slice", ["x0", list(graph, 0), list(graph, -1), list(graph, 1)]),
  ),
  "Slice of the last": use([["batch", "time", 2]], (graph) =>
    graph.add("Slice", ["x0", list(graph, -1), list(graph, 2 ** 31 - 1), list(graph, 1)]),
  ),
  "Roll, whose shift is a remainder": use([["batch", 6]], (graph) => {
    const shift = graph.add("Mod", [list(graph, -2), sizeOf(graph, 1)]);
    const behind = graph.add("Slice", ["x0", shift, list(graph, 2 ** 40), list(graph, 1)]);
    return graph.add("Concat", [behind, graph.add("Slice", ["x0", list(graph, 0), shift, list(graph, 1)])], columns);
  }),
  "Slice backwards": use([["batch", "time"]], (graph) =>
    graph.add("Slice", ["x0", list(graph, -1), list(graph, -(2 ** 40)), list(graph, 1), list(graph, -1)]),
  ),
  "Slice of a table as far as another value is long": use(
    [
      ["batch", "time"],
      [8, 2],
    ],
    (graph) => graph.add("Slice", ["x1", list(graph, 0), sizeOf(graph, 1), list(graph, 0)]),
  ),
  "Slice along a known axis": use([["batch", "time", 4]], (graph) =>
    graph.add("Slice", ["x0", list(graph, 3), list(graph, 0), list(graph, 2), list(graph, -2)]),
  ),
  "Pad of an axis without a known size": use([["batch", "time"]], (graph) =>
    graph.add("Pad", ["x0", list(graph, 0, 2, 1, -1)]),
  ),
  "Split of the batch": use([["2*batch", 3]], (graph) => {
    graph.append({ name: "s", operator: "Split", domain: "", inputs: ["x0"], outputs: ["p", "q"], attributes: halves });
    return graph.add("Mul", ["p", "q"]);
  }),
  "Tile to the batch": use(
    [
      ["batch", "time"],
      [1, 3],
    ],
    (graph) => graph.add("Tile", ["x1", graph.add("Concat", [sizeOf(graph, 0), list(graph, 2)], rows)]),
  ),
  "Expand to the batch": use(
    [
      ["batch", "time"],
      [1, 1, 3],
    ],
    (graph) => graph.add("Expand", ["x1", graph.add("Concat", [sizeOf(graph, 0), list(graph, 1, 3)], rows)]),
  ),
  "Gather twice along an axis": use([["batch", "time", 2]], (graph) =>
    graph.add("Gather", ["x0", list(graph, 1, 1, 0)], columns),
  ),
  "Gather along the other axis": use([["batch", 4, "time"]], (graph) =>
    graph.add("Gather", ["x0", list(graph, 3, 1)], columns),
  ),
  "Gather of positions": use(
    [
      ["batch", "time"],
      [8, 2],
    ],
    (graph) => {
      const bounds = [0, 1].map((number) => graph.constant(scalarTensor("int64", number)));
      const positions = graph.add("Range", [bounds[0] ?? "", sizeOf(graph, 1, false), bounds[1] ?? ""]);
      return graph.add("Gather", ["x1", positions]);
    },
  ),
  "Reshape that merges and splits": use([["batch", "time", 6]], (graph) => {
    const merged = graph.add("Reshape", ["x0", list(graph, -1, 6)]);
    const parts = [sizeOf(graph, 0), sizeOf(graph, 1), list(graph, 2, 3)];
    const split = graph.add("Reshape", [merged, graph.add("Concat", parts, rows)]);
    return graph.add("Transpose", [split]);
  }),
  "Squeeze of an axis beside the batch": use([["batch", 1, "time"]], (graph) =>
    graph.add("Squeeze", ["x0", list(graph, 1)]),
  ),
  "ReduceMean and ReduceMax": use([["batch", "time", 2]], (graph) =>
    graph.add("ReduceMax", [graph.add("ReduceMean", ["x0", list(graph, 1)]), list(graph, -1)], { keepdims: int(0) }),
  ),
};

const fixed = (shape: readonly Dimension[]): readonly number[] =>
  shape.map((size) => dimensionSize(size, (name) => SIZES[name]) ?? 0);

/** The gradients of Σ w · y² with respect to all inputs, with the shapes as they are or with numbers for names. */
async function gradients({ shapes, build }: Use, isNamed: boolean): Promise<readonly (readonly number[])[]> {
  const graph = graphBuilder();
  const names = shapes.map((shape, at) => {
    return graph.input({ name: `x${at}`, dataType: "float32", shape: isNamed ? shape : fixed(shape) });
  });
  const y = build(graph);
  const { shape } = graph.typeOf(y);
  const weights = graph.input({ name: "w", dataType: "float32", shape });
  const weighted = graph.add("Mul", [weights, graph.add("Mul", [y, y])]);
  const output = graph.add("ReduceSum", [weighted], { keepdims: int(0) });
  const made = appendGradients(graph, { output, withRespectTo: names });
  const session = await InferenceSession.create(
    writeModel(standardModel(graph.build("g", [...new Set(made.values())]))),
    { logSeverityLevel: 3, intraOpNumThreads: 1 },
  );
  const feeds = [...shapes, shape].map((named, at) => {
    const sizes = fixed(named);
    const values = Float32Array.from({ length: elementCount(sizes) }, (_, i) => Math.cos(2 * i + at));
    return [names[at] ?? "w", new Tensor("float32", values, sizes)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds.filter(([name]) => session.inputNames.includes(name))));
  return names.map((name) => Array.from(results[made.get(name) ?? ""]?.data ?? [], Number));
}

describe("gradients where sizes are only names are those of known sizes", () => {
  test.each(Object.entries(uses))("%s", async (_, one) => {
    const named = await gradients(one, true);
    expect(named.flat().some((value) => value !== 0)).toBe(true);
    expect(named).toEqual(await gradients(one, false));
  });
});
