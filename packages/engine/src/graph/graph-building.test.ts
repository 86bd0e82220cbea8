import { Fault } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { int, ints } from "./attributes.ts";
import { checkGraph } from "./check.ts";
import type { Graph } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { graphBuilder } from "./graph-building.ts";
import { float32Tensor, int64List } from "./tensors.ts";

function withInput(...shape: readonly (number | string)[]): GraphBuilder {
  const graph = graphBuilder();
  graph.input({ name: "x", dataType: "float32", shape });
  return graph;
}

describe("graph builders", () => {
  test("names never collide, whoever asked for them", () => {
    const graph = withInput(2);
    const names = [
      graph.fresh("Relu"),
      graph.add("Relu", ["x"]),
      graph.add("Relu", ["x"]),
      graph.add("Relu", ["x"], {}, "x"),
    ];
    expect(names).toEqual(["Relu", "Relu.1", "Relu.2", "x.1"]);
  });

  test("a builder that starts with a graph builds the same graph", () => {
    const graph = withInput("batch", 4);
    graph.initializer("w", float32Tensor([3, 4], new Float32Array(12)));
    const y = graph.add("Gemm", ["x", "w"], { transB: int(1) });
    const built = graph.build("g", [y]);
    expect(graphBuilder(built).build("g", [y])).toEqual(built);
    checkGraph(built);
  });

  test("what the outputs do not need is left out", () => {
    const graph = withInput("batch", 4);
    graph.initializer("w", float32Tensor([4], [1, 2, 3, 4]));
    graph.add("Mul", ["x", "w"]);
    const y = graph.add("Relu", ["x"]);
    const built = graph.build("g", [y]);
    expect(built.nodes.map(({ operator }) => operator)).toEqual(["Relu"]);
    expect(built.initializers.size).toBe(0);
  });

  test("values that only the body of a loop uses are kept", () => {
    const inside = graphBuilder();
    inside.outer("scaled", { dataType: "float32", shape: [2] });
    const body = inside.build("body", [inside.add("Relu", ["scaled"], {}, "inside")]);
    const graph = withInput(2);
    graph.add("Neg", ["x"], {}, "scaled");
    const attributes = { body: { kind: "graph", value: body } } as const;
    const node = { name: "loop", operator: "Loop", domain: "", inputs: ["", ""], outputs: ["y"], attributes };
    graph.append(node, [{ dataType: "float32", shape: [2] }]);
    const built = graph.build("g", ["y"]);
    expect(built.nodes.map(({ operator }) => operator)).toEqual(["Neg", "Loop"]);
    checkGraph(built);
  });

  test("equal small constants are made once", () => {
    const graph = graphBuilder();
    expect(graph.constant(int64List([1, 2]))).toBe(graph.constant(int64List([1, 2])));
    expect(graph.constant(int64List([1, 2]))).not.toBe(graph.constant(int64List([2, 1])));
  });

  test("an input without a shape is refused", () => {
    const graph: Graph = {
      name: "g",
      inputs: [{ name: "x", dataType: "float32", shape: null }],
      outputs: [],
      initializers: new Map(),
      nodes: [],
    };
    expect(() => graphBuilder(graph)).toThrow('input "x" has no shape');
  });

  test("an operator that is not known is refused by name, with those that are", () => {
    const graph = withInput(2);
    try {
      graph.add("NoSuchOperator", ["x"], {}, "sum");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
      expect(error).toMatchObject({
        code: "model-unsupported",
        remedy: expect.stringContaining("Conv, ConvTranspose"),
      });
      expect(String(error)).toContain('node "sum" (NoSuchOperator)');
    }
  });
});

describe("shapes with a batch of unknown size", () => {
  /** The shape of what an operator makes of x. */
  function shapeAfter(shape: readonly (number | string)[], make: (graph: GraphBuilder) => string): readonly unknown[] {
    const graph = withInput(...shape);
    return graph.typeOf(make(graph)).shape;
  }

  test("pass through convolution and pooling", () => {
    const pool = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
    expect(shapeAfter(["batch", 3, 9, 8], (graph) => graph.add("MaxPool", ["x"], pool))).toEqual(["batch", 3, 4, 4]);
    const weights = float32Tensor([5, 3, 3, 3], new Float32Array(135));
    const same = { auto_pad: { kind: "string", value: "SAME_UPPER" }, strides: ints([2, 2]) } as const;
    const convolve = (graph: GraphBuilder): string => graph.add("Conv", ["x", graph.initializer("w", weights)], same);
    expect(shapeAfter(["batch", 3, 9, 8], convolve)).toEqual(["batch", 5, 5, 4]);
  });

  test("are multiplied when axes are merged and divided when they are split again", () => {
    const to =
      (...sizes: readonly number[]) =>
      (graph: GraphBuilder): string =>
        graph.add("Reshape", ["x", graph.constant(int64List(sizes))]);
    expect(shapeAfter(["batch", 5, 5], to(-1))).toEqual(["25*batch"]);
    expect(shapeAfter(["batch", 5, 5], to(0, -1))).toEqual(["batch", 25]);
    expect(shapeAfter(["25*batch"], to(-1, 5, 5))).toEqual(["batch", 5, 5]);
    expect(() => shapeAfter(["batch", 5], to(-1, 2))).toThrow("[batch, 5] cannot take the shape [-1, 2]");
  });

  test("meet themselves and 1, and nothing else", () => {
    const plus =
      (shape: readonly (number | string)[]) =>
      (graph: GraphBuilder): string =>
        graph.add("Add", ["x", graph.input({ name: "y", dataType: "float32", shape })]);
    expect(shapeAfter(["batch", 1], plus([4]))).toEqual(["batch", 4]);
    expect(shapeAfter(["batch", 4], plus(["batch", 4]))).toEqual(["batch", 4]);
    expect(() => shapeAfter(["batch", 4], plus(["time", 4]))).toThrow("[batch, 4] and [time, 4] do not meet");
  });
});
