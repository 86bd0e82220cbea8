/**
 * The most memory that the values of a graph need at the same time.
 *
 * The nodes run in their order; a value lives from the node that makes it to the last one that reads it, and the outputs
 * of the graph to the end. A value that is another one in another shape shares its memory. Inputs, parameters and
 * constants are not counted.
 *
 * @module
 */
import { valuesUsed } from "../graph/check.ts";
import type { Graph } from "../graph/graph.ts";
import type { NodeCost } from "./node-costs.ts";

/** The most bytes that are alive at the same time; `costs` are those of the nodes of `graph`. */
export function peakBytes(graph: Graph, costs: readonly NodeCost[]): number {
  const owners = ownersOf(costs);
  const lastReads = lastReadsOf(graph, costs, owners);
  const freed = new Map<number, number>();
  let alive = 0;
  let peak = 0;
  costs.forEach(({ node, kind, bytesWritten }, at) => {
    if (kind !== "alias" && kind !== "constant") {
      alive += bytesWritten;
      peak = Math.max(peak, alive);
      const last = Math.max(at, ...node.outputs.map((name) => lastReads.get(name) ?? at));
      freed.set(last, (freed.get(last) ?? 0) + bytesWritten);
    }
    alive -= freed.get(at) ?? 0;
  });
  return peak;
}

/** The value whose memory each value that is made by an alias has. */
function ownersOf(costs: readonly NodeCost[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { node, kind } of costs) {
    if (kind !== "alias") continue;
    const [source = ""] = node.inputs;
    for (const name of node.outputs) owners.set(name, owners.get(source) ?? source);
  }
  return owners;
}

/** The place of the last node that reads each value; beyond all of them for the outputs of the graph. */
function lastReadsOf(
  graph: Graph,
  costs: readonly NodeCost[],
  owners: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
  const lastReads = new Map<string, number>();
  const ownerOf = (name: string): string => owners.get(name) ?? name;
  costs.forEach(({ node }, at) => {
    for (const name of valuesUsed(node)) lastReads.set(ownerOf(name), at);
  });
  for (const { name } of graph.outputs) lastReads.set(ownerOf(name), costs.length);
  return lastReads;
}
