import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { int } from "./attributes.ts";
import { folded } from "./folding.ts";
import type { Graph } from "./graph.ts";
import { graphBuilder } from "./graph-building.ts";
import { standardModel } from "./standard-model.ts";
import { int64List, scalarTensor } from "./tensors.ts";
import { writeModel } from "../onnx/write.ts";

/** x [batch, 6, 4] with its last axis cut in two and the halves turned, as exporters write it for attention heads. */
function heads(): Graph {
  const graph = graphBuilder();
  graph.input({ name: "x", dataType: "float32", shape: ["batch", 6, 4] });
  const shape = graph.add("Shape", ["x"]);
  const zero = graph.constant(int64List([0]));
  const [batch, time] = [0, 1].map((axis) => {
    const size = graph.add("Gather", [shape, graph.constant(scalarTensor("int64", axis))]);
    return graph.add("Unsqueeze", [size, zero]);
  });
  const two = graph.constant(int64List([2]));
  const width = graph.add("Div", [graph.add("Slice", [shape, two, graph.constant(int64List([9]))]), two]);
  const target = graph.add("Concat", [batch ?? "", time ?? "", two, width], { axis: int(0) });
  const split = graph.add("Reshape", ["x", target]);
  const merged = graph.add("Mul", [batch ?? "", time ?? ""]);
  const rows = graph.add("Concat", [merged, graph.constant(int64List([-1]))], { axis: int(0) });
  return graph.build("heads", [graph.add("Reshape", [graph.add("Transpose", [split]), rows], {}, "y")]);
}

async function run(graph: Graph): Promise<readonly number[]> {
  const session = await InferenceSession.create(writeModel(standardModel(graph)), { logSeverityLevel: 3 });
  const x = new Tensor(
    "float32",
    Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)),
    [2, 6, 4],
  );
  return Array.from((await session.run({ x }))["y"]?.data ?? [], Number);
}

describe("folding", () => {
  test("leaves of shape arithmetic what depends on names alone", async () => {
    const graph = heads();
    const small = folded(graph);
    const operators = small.nodes.map(({ operator }) => operator).filter((operator) => operator !== "Constant");
    expect(operators).toEqual(["Shape", "Gather", "Unsqueeze", "Reshape", "Mul", "Concat", "Transpose", "Reshape"]);
    expect(await run(small)).toEqual(await run(graph));
  });

  test("keeps the types of all outputs, and finds nothing more the second time", () => {
    const small = folded(heads());
    expect(small.outputs).toEqual(heads().outputs);
    expect(folded(small)).toEqual(small);
  });

  test("makes outputs that are known constants under their own names", () => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", 4] });
    const outputs = [graph.add("Shape", ["x"], { start: int(1) }, "sizes")];
    expect(folded(graph.build("g", outputs)).nodes.map(({ operator }) => operator)).toEqual(["Constant"]);
  });
});
