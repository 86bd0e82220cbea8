import { expect, test } from "vitest";
import { float, int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { scalarTensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { openSession } from "../runtime/session.ts";
import { float32 } from "../runtime/tensor.ts";
import { absorbIntoProducts } from "./absorb.ts";

/** A graph of the matrices a [2, 3], b [3, 2], x [2, 2] and v [2]; the operators left of it, and both results. */
async function absorbed(build: (graph: GraphBuilder) => string) {
  const graph = graphBuilder();
  const shapes = { a: [2, 3], b: [3, 2], x: [2, 2], v: [2] };
  for (const [name, shape] of Object.entries(shapes)) graph.input({ name, dataType: "float32", shape });
  const before = graph.build("test", [build(graph)]);
  const after = absorbIntoProducts(before, graph);
  const results = [];
  for (const candidate of [before, after]) {
    const session = await openSession(writeModel(standardModel(candidate)));
    const feeds = Object.fromEntries(
      Object.entries(shapes).map(([name, shape], seed) => {
        const length = shape.reduce((product, size) => product * size, 1);
        return [
          name,
          float32(
            Float32Array.from({ length }, (_, i) => Math.cos(3 * i + seed)),
            shape,
          ),
        ];
      }),
    );
    const [{ name, shape } = { name: "", shape: [] }] = candidate.outputs;
    const result = new Float32Array(4);
    await session.run(feeds, { [name]: float32(result, shape?.map(Number) ?? []) });
    results.push(result);
    await session.close();
  }
  const operators = after.nodes.map(({ operator }) => operator).filter((operator) => operator !== "Constant");
  return { operators, results };
}

function constant(graph: GraphBuilder, value: number): string {
  return graph.constant(scalarTensor("float32", value));
}

test.each<[string, (graph: GraphBuilder) => string]>([
  ["c · AB", (g) => g.add("Mul", [constant(g, 3), g.add("MatMul", ["a", "b"])])],
  ["AB · c", (g) => g.add("Mul", [g.add("Gemm", ["a", "b"]), constant(g, 3)])],
  ["X + AB", (g) => g.add("Add", ["x", g.add("Gemm", ["a", "b"])])],
  ["AB + X", (g) => g.add("Add", [g.add("Gemm", ["a", "b"]), "x"])],
  ["X − AB", (g) => g.add("Sub", ["x", g.add("Gemm", ["a", "b"])])],
  ["AB − X", (g) => g.add("Sub", [g.add("Gemm", ["a", "b"]), "x"])],
  ["cX − AB", (g) => g.add("Sub", [g.add("Mul", [constant(g, 3), "x"]), g.add("Gemm", ["a", "b"])])],
  ["X − c · AᵀBᵀ", (g) => g.add("Sub", ["x", g.add("Mul", [constant(g, 0.1), transposed(g)])])],
  ["c · (X + 2AB)", (g) => g.add("Mul", [constant(g, 3), g.add("Add", ["x", g.add("Gemm", ["a", "b"], twice)])])],
])("%s becomes one node", async (_, build) => {
  const { operators, results } = await absorbed(build);
  expect(operators).toEqual(["Gemm"]);
  results[0]?.forEach((value, i) => expect(results[1]?.[i]).toBeCloseTo(value, 5));
});

const twice = { alpha: float(2) };

function transposed(graph: GraphBuilder): string {
  return graph.add("Gemm", ["b", "a"], { transA: int(1), transB: int(1) });
}

test("a product that is used twice stays as it is", async () => {
  const { operators, results } = await absorbed((g) => {
    const product = g.add("Gemm", ["a", "b"]);
    return g.add("Mul", [product, g.add("Sub", ["x", product])]);
  });
  expect(operators).toEqual(["Gemm", "Sub", "Mul"]);
  expect(results[1]).toEqual(results[0]);
});

test("what is only broadcast to the product is not absorbed", async () => {
  const { operators } = await absorbed((g) => g.add("Add", ["v", g.add("Gemm", ["a", "b"])]));
  expect(operators).toEqual(["Gemm", "Add"]);
});

test("a product that has an addend already takes no second one", async () => {
  const { operators } = await absorbed((g) => g.add("Sub", ["x", g.add("Add", ["x", g.add("Gemm", ["a", "b"])])]));
  expect(operators).toEqual(["Gemm", "Sub"]);
});
