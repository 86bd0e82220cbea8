import { expect, test } from "vitest";
import { checkGraph, valuesUsed } from "./check.ts";
import type { Graph, GraphNode } from "./graph.ts";

/** A node that makes `output` from `inputs`, with a body if one is given. */
function node(inputs: readonly string[], output: string, body?: Graph): GraphNode {
  const attributes: GraphNode["attributes"] = body === undefined ? {} : { body: { kind: "graph", value: body } };
  return { name: output, operator: "Any", domain: "", inputs, outputs: [output], attributes };
}

function graph(inputs: readonly string[], nodes: readonly GraphNode[], output: string): Graph {
  const info = (name: string) => ({ name, dataType: "float32", shape: [] }) as const;
  return { name: "g", inputs: inputs.map(info), outputs: [info(output)], initializers: new Map(), nodes };
}

test("a node uses its inputs as often as they are named, and what its bodies read and give", () => {
  const inner = graph(["step"], [node(["step", "outside"], "sum")], "sum");
  const outer = graph([], [node(["count"], "looped", inner)], "elsewhere");
  expect(valuesUsed(node(["a", "a", ""], "y", outer)).join()).toBe("a,a,,count,step,outside,sum,elsewhere");
});

test("a body sees the values around it, and may not give their names again", () => {
  const within = (output: string): Graph => graph([], [node(["x"], output)], output);
  expect(() => checkGraph(graph(["x"], [node([], "y", within("z"))], "y"))).not.toThrow();
  expect(() => checkGraph(graph(["x"], [node([], "y", within("x"))], "y"))).toThrow('"x" is produced twice');
});

test("what a body makes is not seen outside", () => {
  const body = graph([], [node([], "hidden")], "hidden");
  expect(() => checkGraph(graph([], [node([], "y", body), node(["hidden"], "z")], "z"))).toThrow(
    'node "z" (Any) uses "hidden", which nothing before it produces',
  );
});
