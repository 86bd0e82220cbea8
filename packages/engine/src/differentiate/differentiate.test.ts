import { describe, expect, test } from "vitest";
import { int, ints } from "../graph/attributes.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { float32Tensor, tensorOf } from "../graph/tensors.ts";
import { gradientError } from "./check-gradient.ts";
import { differentiate } from "./differentiate.ts";

/** A graph of float inputs w [2, 2] and x [batch, 2] whose output "loss" is Σ of what `build` makes. */
function summed(build: (graph: GraphBuilder) => string): Graph {
  const graph = graphBuilder();
  graph.initializer("w", float32Tensor([2, 2], [1, 2, 3, 4]));
  graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
  graph.add("ReduceSum", [build(graph)], { keepdims: { kind: "int", value: 0 } }, "loss");
  return graph.build("test", ["loss"]);
}

function operatorsOf(graph: Graph): readonly string[] {
  return graph.nodes.map(({ operator }) => operator).filter((operator) => operator !== "Constant");
}

describe("differentiation", () => {
  test("nothing is computed for inputs whose gradient is not asked for", () => {
    const graph = summed((of) => of.add("MatMul", ["x", "w"]));
    const derived = differentiate(graph, { output: "loss", withRespectTo: ["w"] });
    // The gradient of a sum is 1 everywhere: repeated to the shape of the product, then xᵀ · 1.
    expect(operatorsOf(derived.graph)).toEqual(["MatMul", "ReduceSum", "Shape", "Expand", "Gemm"]);
  });

  test("the gradient of a sum of products is the other factor itself", () => {
    const graph = summed((of) => of.add("Mul", ["x", of.add("Sigmoid", ["x"], {}, "gate")]));
    const derived = differentiate(graph, { output: "loss", withRespectTo: ["gate"] });
    expect(derived.gradients.get("gate")).toBe("x");
  });

  test("a parameter that happens to be 1 is not taken for a constant", () => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
    graph.initializer("scale", float32Tensor([], [1]));
    graph.add("ReduceSum", [graph.add("Mul", ["x", "scale"])], { keepdims: { kind: "int", value: 0 } }, "loss");
    const derived = differentiate(graph.build("g", ["loss"]), { output: "loss", withRespectTo: ["x"] });
    // ∂loss/∂x = 1 · scale, repeated to the shape of x
    expect(operatorsOf(derived.graph)).toEqual(["Mul", "ReduceSum", "Shape", "Expand"]);
    expect(derived.graph.nodes.at(-1)?.inputs[0]).toBe("scale");
  });

  test("what several consumers pass back is added up", async () => {
    const build = (graph: GraphBuilder): string => {
      const [tanh, sigmoid] = [graph.add("Tanh", ["a"]), graph.add("Sigmoid", ["a"])];
      return graph.add("Sum", [graph.add("Mul", [tanh, sigmoid]), graph.add("Mul", [tanh, "a"]), "a", "a"]);
    };
    expect(await gradientError({ inputs: { a: [5] }, build })).toBeLessThan(1e-8);
  });

  test("the gradient with respect to what the output does not depend on is zero", () => {
    const graph = summed((of) => of.add("Relu", ["x"]));
    const derived = differentiate(graph, { output: "loss", withRespectTo: ["x"] });
    expect(derived.graph.initializers.size).toBe(0);
    const withUnused = { ...graph, initializers: new Map([["unused", float32Tensor([3], [1, 2, 3])]]) };
    const { graph: unused, gradients } = differentiate(withUnused, { output: "loss", withRespectTo: ["unused"] });
    expect(unused.nodes.find(({ outputs }) => outputs[0] === gradients.get("unused"))?.operator).toBe(
      "ConstantOfShape",
    );
  });

  test("comparisons and choices of positions pass nothing back", () => {
    const graph = summed((of) => {
      const best = of.add("Cast", [of.add("ArgMax", [of.add("MatMul", ["x", "w"])])], {
        to: { kind: "int", value: 1 },
      });
      return of.add("Mul", [best, best]);
    });
    const { graph: derived } = differentiate(graph, { output: "loss", withRespectTo: ["w"] });
    expect(operatorsOf(derived)).toContain("ConstantOfShape");
  });

  test("after a maximum over windows, relu is differentiated at the maxima only", async () => {
    const pool = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
    const build = (graph: GraphBuilder): string => graph.add("MaxPool", [graph.add("Relu", ["x"])], pool);
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: [1, 1, 4, 4] });
    graph.add("ReduceSum", [build(graph)], { keepdims: { kind: "int", value: 0 } }, "loss");
    const { graph: derived, gradients } = differentiate(graph.build("test", ["loss"]), {
      output: "loss",
      withRespectTo: ["x"],
    });
    const last = derived.nodes.find(({ outputs }) => outputs[0] === gradients.get("x"));
    expect(last?.operator).toBe("MaxUnpool");
    const values = Array.from({ length: 16 }, (_, i) => ((i * 5) % 16) - 7.5);
    const check = { inputs: { x: [1, 1, 4, 4] }, values: { x: values }, build, precision: "float32" } as const;
    expect(await gradientError(check)).toBeLessThan(1e-5);
  });

  test("a use of an operator whose gradient is not supported is refused by the node's name", () => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: [2, 3] });
    const places = graph.constant(tensorOf("int64", [2, 1], [0, 2]));
    const picked = graph.add("GatherND", ["x", places], { batch_dims: int(1) }, "pick");
    graph.add("ReduceSum", [picked], { keepdims: int(0) }, "loss");
    const ask = (): unknown => differentiate(graph.build("g", ["loss"]), { output: "loss", withRespectTo: ["x"] });
    expect(ask).toThrow('node "pick" (GatherND): its gradient is not supported with batch_dims');
  });

  test("only the gradient of one float can be asked for", () => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
    graph.add("Relu", ["x"], {}, "y");
    const ask = (): unknown => differentiate(graph.build("g", ["y"]), { output: "y", withRespectTo: ["x"] });
    expect(ask).toThrow("float32[batch, 2] instead of one float");
  });
});
