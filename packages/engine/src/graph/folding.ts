/**
 * Folding of shape arithmetic: what is known before the graph runs is not computed while it runs.
 *
 * Values of whole numbers that are known become constants, and so do the shapes that reshaping asks for where the size
 * of one axis is only a name: that axis is what remains. What nothing uses any more is left out.
 *
 * @module
 */
import type { Graph, GraphNode, TensorData } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { graphBuilder } from "./graph-building.ts";
import { int64List } from "./tensors.ts";

/** `graph` without the shape arithmetic whose results are known; it computes the same. */
export function folded(graph: Graph): Graph {
  const known = graphBuilder(graph);
  const builder = graphBuilder({ ...graph, nodes: [] });
  for (const node of graph.nodes) builder.append(withKnownShape(known, builder, asConstant(known, node)));
  return builder.build(
    graph.name,
    graph.outputs.map(({ name }) => name),
  );
}

function asConstant(known: GraphBuilder, node: GraphNode): GraphNode {
  const [name = "", ...others] = node.outputs;
  const tensor = known.constantOf(name);
  const isFolded = node.operator === "Constant" || tensor === null || others.some((other) => other !== "");
  return isFolded ? node : constantNode(node.name, name, tensor);
}

function constantNode(name: string, output: string, tensor: TensorData): GraphNode {
  const attributes = { value: { kind: "tensor", value: tensor } } as const;
  return { name, operator: "Constant", domain: "", inputs: [], outputs: [output], attributes };
}

/** A Reshape to sizes of which one is only a name, as one to a constant. */
function withKnownShape(known: GraphBuilder, builder: GraphBuilder, node: GraphNode): GraphNode {
  const [data = "", target = ""] = node.inputs;
  const sizes = node.operator === "Reshape" ? (known.dimensionsOf(target) ?? []) : [];
  const numbers = sizes.filter((size) => typeof size === "number");
  if (sizes.length - numbers.length !== 1 || numbers.some((size) => size < 1)) return node;
  const shape = int64List(sizes.map((size) => (typeof size === "number" ? size : -1)));
  return { ...node, inputs: [data, constantUnderNewName(builder, known, shape)] };
}

/** The constant `tensor`, under a name that no value of the graph `known` has. */
function constantUnderNewName(builder: GraphBuilder, known: GraphBuilder, tensor: TensorData): string {
  const name = known.fresh("Constant");
  builder.append(constantNode(name, name, tensor));
  return name;
}
