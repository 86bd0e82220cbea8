/**
 * The names of values: which a graph has, new ones, and giving others.
 *
 * @module
 */
import { bodiesOf } from "../graph/check.ts";
import type { Graph } from "../graph/graph.ts";

/** The names of all values of `graph`, those inside the bodies of its nodes included. */
export function namesIn(graph: Graph): Set<string> {
  return new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
    ...graph.nodes.flatMap(bodiesOf).flatMap((body) => [...namesIn(body)]),
  ]);
}

/** `stem`, or `stem` with a number, so that it is not among the names that are taken. */
export function unusedName(stem: string, taken: ReadonlySet<string>): string {
  let name = stem;
  for (let count = 1; taken.has(name); count++) name = `${stem}.${count}`;
  return name;
}

/**
 * `graph`, whose nodes have no bodies, with other names for the values among the keys of `names`. A value that has one
 * of the new names gives it up.
 */
export function renamed(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const taken = namesIn(graph);
  const wanted = new Set(names.values());
  const all = new Map(names);
  for (const name of wanted) {
    if (!taken.has(name) || names.has(name)) continue;
    const other = unusedName(name, new Set([...taken, ...wanted]));
    taken.add(other);
    all.set(name, other);
  }
  const nameOf = (name: string): string => all.get(name) ?? name;
  return {
    ...graph,
    outputs: graph.outputs.map((output) => ({ ...output, name: nameOf(output.name) })),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(nameOf),
      outputs: node.outputs.map(nameOf),
    })),
  };
}
