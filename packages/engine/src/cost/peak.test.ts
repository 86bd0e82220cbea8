import { expect, test } from "vitest";
import { ints } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { int64List } from "../graph/tensors.ts";
import { costOf } from "./graph-cost.ts";

/** The peak of a graph with one input of 10 floats, in tensors of that size. */
function peak(build: (graph: GraphBuilder, x: string) => readonly string[]): number {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: [10] });
  return costOf(graph.build("peak", build(graph, x))).peakActivationBytes / 40;
}

const chain = (graph: GraphBuilder, x: string, length: number): readonly string[] => {
  const values = [x];
  for (let count = 0; count < length; count++) values.push(graph.add("Neg", [values.at(-1) ?? x]));
  return values;
};

test("a chain needs what a node reads and what it makes, however long it is", () => {
  expect(peak((graph, x) => chain(graph, x, 5).slice(-1))).toBe(2);
});

test("what is read at the end is kept all the way", () => {
  expect(
    peak((graph, x) => {
      const [, first = "", , , last = ""] = chain(graph, x, 4);
      return [graph.add("Add", [first, last])];
    }),
  ).toBe(3);
});

test("outputs of the graph are kept to the end", () => {
  expect(peak((graph, x) => chain(graph, x, 4).slice(1))).toBe(4);
});

test("the same numbers in another shape take no memory of their own, and keep those that they are alive", () => {
  const reshaped = (graph: GraphBuilder, value: string): string =>
    graph.add("Reshape", [value, graph.constant(int64List([2, 5]))]);
  expect(
    peak((graph, x) => {
      const first = graph.add("Neg", [x]);
      const other = reshaped(graph, reshaped(graph, first));
      const later = graph.add("Transpose", [graph.add("Neg", [other])], { perm: ints([1, 0]) });
      return [graph.add("MatMul", [other, later])];
    }),
    // the first, and two of: its negative, that transposed, and the product [2, 2]
  ).toBe(3);
});
