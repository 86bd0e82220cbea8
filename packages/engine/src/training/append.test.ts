import { expect, test } from "vitest";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { openSession } from "../runtime/session.ts";
import { float32 } from "../runtime/tensor.ts";
import { appendAlias, appendGraph } from "./append.ts";

/** y = 3 · x + shift, whose names are x, Constant, scaled, shift and y. */
function scaling() {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["n"] });
  const three = graph.constant(float32Tensor([1], [3]));
  const scaled = graph.add("Mul", [x, three], {}, "scaled");
  const shift = graph.initializer("shift", float32Tensor([1], [1]));
  return graph.build("scaling", [graph.add("Add", [scaled, shift], {}, "y")]);
}

test("a graph can be appended twice, to values of any name, and runs", async () => {
  const part = scaling();
  const graph = graphBuilder();
  const first = graph.input({ name: "y", dataType: "float32", shape: ["n"] });
  const once = appendGraph(graph, part, new Map([["x", first]]))("y");
  const twice = appendGraph(graph, part, new Map([["x", once]]))("y");
  appendAlias(graph, twice, { name: "result", dataType: "float32", shape: ["n"] });
  const whole = graph.build("whole", ["result"]);
  expect(new Set(whole.nodes.map(({ name }) => name)).size).toBe(whole.nodes.length);

  const session = await openSession(writeModel(standardModel(whole)));
  const result = new Float32Array(2);
  await session.run({ y: float32(Float32Array.of(0, 2), [2]) }, { result: float32(result, [2]) });
  await session.close();
  // 3 · (3 · 0 + 1) + 1 and 3 · (3 · 2 + 1) + 1
  expect(result).toEqual(Float32Array.of(4, 22));
});

test("a value that stands for an initializer takes its place", () => {
  const graph = graphBuilder();
  for (const name of ["a", "b"]) graph.input({ name, dataType: "float32", shape: ["n"] });
  const renamed = appendGraph(
    graph,
    scaling(),
    new Map([
      ["x", "a"],
      ["shift", "b"],
    ]),
  );
  const whole = graph.build("whole", [renamed("y")]);
  expect(whole.initializers.size).toBe(0);
  expect(whole.nodes.at(-1)?.inputs).toContain("b");
});
