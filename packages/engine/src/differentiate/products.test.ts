import { float, int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { scalarTensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { appendGradients } from "./differentiate.ts";
import { appendHessianProduct, appendJacobianProduct } from "./products.ts";

/** The outputs of a graph of float64 for inputs in the shapes that it says. */
async function run(
  graph: GraphBuilder,
  outputs: readonly string[],
  inputs: Readonly<Record<string, readonly number[]>>,
): Promise<readonly (readonly number[])[]> {
  const session = await InferenceSession.create(writeModel(standardModel(graph.build("products", outputs))));
  const feeds = Object.entries(inputs).map(([name, values]) => {
    return [name, new Tensor("float64", Float64Array.from(values), graph.typeOf(name).shape.map(Number))] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return outputs.map((name) => Array.from(results[name]?.data ?? [], Number));
}

function withInputs(shapes: Readonly<Record<string, readonly number[]>>): GraphBuilder {
  const graph = graphBuilder();
  for (const [name, shape] of Object.entries(shapes)) graph.input({ name, dataType: "float64", shape });
  return graph;
}

/** The gradients of `output`, and the product of its second derivative with `direction`. */
function hessianProduct(graph: GraphBuilder, output: string, direction: ReadonlyMap<string, string>) {
  const gradients = appendGradients(graph, { output, withRespectTo: [...direction.keys()] });
  return { gradients, products: appendHessianProduct(graph, gradients, direction) };
}

const flat = { keepdims: int(0) };

describe("the second derivative along a vector", () => {
  test("by hand: f = x² y at (3, 5) along (1, 2)", async () => {
    const graph = withInputs({ x: [1], y: [1], vx: [1], vy: [1] });
    const f = graph.add("ReduceSum", [graph.add("Mul", [graph.add("Mul", ["x", "x"]), "y"])], flat);
    const direction = new Map([
      ["x", "vx"],
      ["y", "vy"],
    ]);
    const { gradients, products } = hessianProduct(graph, f, direction);
    const names = [...gradients.values(), ...products.values()];
    const [gx, gy, hx, hy] = await run(graph, names, { x: [3], y: [5], vx: [1], vy: [2] });
    // ∇f = (2xy, x²) = (30, 9); H = [[2y, 2x], [2x, 0]] = [[10, 6], [6, 0]]; H v = (22, 6).
    expect([gx, gy, hx, hy]).toEqual([[30], [9], [22], [6]]);
  });

  test("of a quadratic is its matrix, made symmetric", async () => {
    const graph = withInputs({ a: [3, 3], x: [3, 1], v: [3, 1] });
    const ax = graph.add("MatMul", ["a", "x"]);
    const f = graph.add("ReduceSum", [graph.add("Mul", ["x", ax])], flat);
    const { products } = hessianProduct(graph, f, new Map([["x", "v"]]));
    const a = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const [product] = await run(graph, [...products.values()], { a, x: [1, -1, 2], v: [1, 0, -1] });
    // (A + Aᵀ) v with A + Aᵀ = [[2, 6, 10], [6, 10, 14], [10, 14, 18]]
    expect(product).toEqual([-8, -8, -8]);
  });

  test("is zero where the function is linear or does not depend on a value", async () => {
    const graph = withInputs({ x: [2], y: [2], vx: [2], vy: [2] });
    const f = graph.add("ReduceSum", [graph.add("Mul", ["x", graph.constant(scalarTensor("float64", 3))])], flat);
    const direction = new Map([
      ["x", "vx"],
      ["y", "vy"],
    ]);
    const { products } = hessianProduct(graph, f, direction);
    const inputs = { x: [1, 2], y: [3, 4], vx: [1, 1], vy: [1, 1] };
    expect(await run(graph, [...products.values()], inputs)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("the derivative along a vector", () => {
  test("by hand: y = (x₁ x₂, eˣ¹) at (0, 3) along (2, 5)", async () => {
    const graph = withInputs({ x: [2], v: [2] });
    const indices = ["first", "second"].map((_, at) => graph.constant({ ...scalarTensor("int64", at), shape: [1] }));
    const [first = "", second = ""] = indices.map((at) => graph.add("Gather", ["x", at], { axis: int(0) }));
    const parts = [graph.add("Mul", [first, second]), graph.add("Exp", [first])];
    const y = graph.add("Concat", parts, { axis: int(0) });
    const [product] = await run(graph, [appendJacobianProduct(graph, y, new Map([["x", "v"]]))], {
      x: [0, 3],
      v: [2, 5],
    });
    // J = [[x₂, x₁], [eˣ¹, 0]] = [[3, 0], [1, 0]]; J v = (6, 2).
    expect(product).toEqual([6, 2]);
  });

  test("of a product of matrices is the sum of both sides' shares", async () => {
    const graph = withInputs({ a: [2, 2], b: [2, 1], va: [2, 2], vb: [2, 1] });
    const y = graph.add("Gemm", ["a", "b"], { alpha: float(2) });
    const direction = new Map([
      ["a", "va"],
      ["b", "vb"],
    ]);
    const product = appendJacobianProduct(graph, y, direction);
    expect(graph.typeOf(product).shape).toEqual([2, 1]);
    const inputs = { a: [1, 2, 3, 4], b: [5, 6], va: [1, 0, 0, 1], vb: [1, -1] };
    // 2 (V_A b + A v_b) = 2 ((5, 6) + (−1, −1))
    expect(await run(graph, [product], inputs)).toEqual([[8, 10]]);
  });

  test("is zero where the output does not depend on the value", async () => {
    const graph = withInputs({ x: [2], y: [3], v: [3] });
    const product = appendJacobianProduct(graph, graph.add("Exp", ["x"]), new Map([["y", "v"]]));
    expect(await run(graph, [product], { x: [1, 2], y: [1, 2, 3], v: [1, 1, 1] })).toEqual([[0, 0]]);
  });

  test("is refused for whole numbers", () => {
    const graph = withInputs({ x: [2], v: [2] });
    const size = graph.add("Shape", ["x"]);
    expect(() => appendJacobianProduct(graph, size, new Map([["x", "v"]]))).toThrow("int64[1] instead of floats");
  });
});
