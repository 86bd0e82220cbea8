/**
 * The structural law of graphs: every value has one producer and is produced before it is consumed; the graphs
 * inside a node (the body of a loop) also see the values around them, and do not give their names to others.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { Graph, GraphNode } from "./graph.ts";

const REMEDY = "Check the file with onnx.checker in Python and export the model again.";

/** Throws Fault "model-invalid" where `graph` breaks the law; `surrounding` are the values that it may also use. */
export function checkGraph(graph: Graph, surrounding: ReadonlySet<string> = new Set()): void {
  const produced = new Set(surrounding);
  const produce = (value: string, where: string): void => {
    if (produced.has(value)) throw new Fault("model-invalid", `value "${value}" is produced twice: ${where}`, REMEDY);
    produced.add(value);
  };
  const consume = (value: string, where: string): void => {
    if (!produced.has(value)) {
      throw new Fault("model-invalid", `${where} uses "${value}", which nothing before it produces`, REMEDY);
    }
  };
  for (const { name } of graph.inputs) produce(name, "as an input");
  for (const name of graph.initializers.keys()) produce(name, "as an initializer");
  for (const node of graph.nodes) {
    const where = describe(node);
    for (const value of node.inputs) if (value !== "") consume(value, where);
    for (const body of bodiesOf(node)) checkGraph(body, produced);
    for (const value of node.outputs) if (value !== "") produce(value, `by ${where}`);
  }
  for (const { name } of graph.outputs) consume(name, `the outputs of graph "${graph.name}"`);
}

/** A node in words: `node "conv1" (Conv)`. */
export function describe(node: GraphNode): string {
  return `node "${node.name}" (${node.operator})`;
}

/** All values that a node reads, each as often as it does; those inside its bodies included. */
export function valuesUsed(node: GraphNode): readonly string[] {
  const inside = bodiesOf(node).flatMap(({ nodes, outputs }) => [
    ...nodes.flatMap(valuesUsed),
    ...outputs.map(({ name }) => name),
  ]);
  return [...node.inputs, ...inside];
}

/** The graphs among the attributes of a node. */
export function bodiesOf(node: GraphNode): readonly Graph[] {
  return Object.values(node.attributes).flatMap((attribute) => (attribute.kind === "graph" ? [attribute.value] : []));
}
