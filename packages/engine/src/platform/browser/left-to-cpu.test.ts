import { expect, test } from "vitest";
import type { Attribute, Graph, GraphNode } from "../../graph/graph.ts";
import { standardModel } from "../../graph/standard-model.ts";
import { writeModel } from "../../onnx/write.ts";
import { leftToCpu } from "./left-to-cpu.ts";

/** A node without a meaning, all of whose inputs are the value "x". */
function node(
  name: string,
  inputs: number,
  outputs: number,
  attributes: Readonly<Record<string, Attribute>> = {},
): GraphNode {
  const [operator = ""] = name.split(" ");
  const results = Array.from({ length: outputs }, (_, at) => `${name} ${at}`);
  return {
    name,
    operator,
    domain: "",
    inputs: Array.from({ length: inputs }, () => "x"),
    outputs: results,
    attributes,
  };
}

function graphOf(nodes: readonly GraphNode[]): Graph {
  return { name: "graph", inputs: [], outputs: [], initializers: new Map(), nodes };
}

test("pooling with indices and nodes with more than eight tensors are left to the processor, also within loops", () => {
  const body = graphOf([
    node("MaxPool with indices", 1, 2),
    node("Split of eight", 1, 8),
    node("Concat of seven", 7, 1),
  ]);
  const nodes = [
    node("MaxPool alone", 1, 1),
    node("Sum of eight", 8, 1),
    node("Loop", 9, 9, { body: { kind: "graph", value: body } }),
  ];
  const inputs = [{ name: "x", dataType: "float32", shape: [] }] as const;
  const file = writeModel(standardModel({ ...graphOf(nodes), inputs }));
  expect(leftToCpu(file)).toEqual(["Sum of eight", "MaxPool with indices", "Split of eight"]);
});
