/**
 * Puts one graph into another: how derived graphs become bodies of loops and parts of programs.
 *
 * @module
 */
import { present } from "@potluck/core";
import type { Graph, ValueInfo } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";

/** Says what a value of a graph is called in the graph that it was put into. */
export type Renaming = (name: string) => string;

/**
 * Appends the nodes and constants of `part` to `graph`, under new names where theirs are taken; nodes are named after
 * what they make. `given` has the values that stand for the inputs of `part`, and for those of its initializers that
 * shall not be copied.
 */
export function appendGraph(graph: GraphBuilder, part: Graph, given: ReadonlyMap<string, string>): Renaming {
  const names = new Map(given);
  const renamed: Renaming = (name) => (name === "" ? "" : present(names.get(name), `the value "${name}"`));
  for (const [name, tensor] of part.initializers) {
    if (!names.has(name)) names.set(name, graph.initializer(graph.fresh(name), tensor));
  }
  for (const node of part.nodes) {
    for (const name of node.outputs) if (name !== "") names.set(name, graph.fresh(name));
    const outputs = node.outputs.map(renamed);
    const name = outputs.find((value) => value !== "") ?? node.name;
    graph.append({ ...node, name, inputs: node.inputs.map(renamed), outputs });
  }
  return renamed;
}

/** Gives `value` a second name: that of `info`, whose type it has. */
export function appendAlias(graph: GraphBuilder, value: string, { name, dataType, shape }: ValueInfo): void {
  const node = { name, operator: "Identity", domain: "", inputs: [value], outputs: [name], attributes: {} };
  graph.append(node, [{ dataType, shape: shape ?? [] }]);
}
