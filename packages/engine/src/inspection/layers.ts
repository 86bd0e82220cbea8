/**
 * The layers of a model: its nodes as the file names them, with their parameters and what they cost.
 *
 * A node that only prepares parameters, such as the transposition of a weight, is no layer: its parameters count for the
 * node that reads the result. A parameter that several layers read counts for the first of them.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { nodeCosts } from "../cost/node-costs.ts";
import type { Dimension, Graph, GraphNode } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { compositeFor } from "../import/composite/registry.ts";
import type { StandardForm } from "../import/standard-form.ts";
import { nameOf } from "./problems.ts";

/** One node of a file. */
export interface LayerReport {
  readonly name: string;
  readonly operator: string;
  /** The shape of the first output; null where it is not known. */
  readonly shape: readonly Dimension[] | null;
  /** The trained parameters that count for this layer. */
  readonly parameters: readonly string[];
  /** Their elements together. */
  readonly parameterCount: number;
  /** Floating-point operations of the forward pass, of a batch where the file fixes its size, else of one example; or null. */
  readonly flops: number | null;
}

/** What is known of the nodes of a file that became nodes of the standard form. */
interface Known {
  readonly flops: number;
  readonly shape: readonly Dimension[] | null;
}

/** The layers of `source`, whose parameters are `trained`; `form` is its standard form, or null where it has none. */
export function layersOf(
  source: Graph,
  trained: ReadonlySet<string>,
  form: StandardForm | null,
): readonly LayerReport[] {
  const known = form === null ? null : knownOf(source, form.model.graph);
  const parameters = parametersByNode(source, trained);
  return source.nodes.flatMap((node): readonly LayerReport[] => {
    const own = parameters.get(node);
    if (own === undefined) return [];
    const { flops = 0, shape = null } = known?.get(node) ?? {};
    const sizes = own.map((name) => elementCount(source.initializers.get(name)?.shape ?? []));
    return [
      {
        name: nameOf(node),
        operator: node.operator,
        shape,
        parameters: own,
        parameterCount: sizes.reduce((sum, size) => sum + size, 0),
        flops: known === null ? null : flops,
      },
    ];
  });
}

/** The parameters that count for each layer; nodes that are no layers are left out. */
function parametersByNode(
  { inputs, nodes }: Graph,
  trained: ReadonlySet<string>,
): ReadonlyMap<GraphNode, readonly string[]> {
  const computed = new Set(inputs.map(({ name }) => name));
  const prepared = new Map([...trained].map((name) => [name, [name]]));
  const counted = new Set<string>();
  const layers = new Map<GraphNode, readonly string[]>();
  for (const node of nodes) {
    const read = [...new Set(node.inputs.flatMap((name) => prepared.get(name) ?? []))];
    if (!node.inputs.some((name) => computed.has(name))) {
      for (const name of node.outputs) prepared.set(name, read);
      continue;
    }
    const own = read.filter((name) => !counted.has(name));
    for (const name of own) counted.add(name);
    for (const name of node.outputs) computed.add(name);
    layers.set(node, own);
  }
  return layers;
}

/** What the nodes of the standard form say of the nodes of the file that they were made from. */
function knownOf(source: Graph, standard: Graph): ReadonlyMap<GraphNode, Known> {
  const { typeOf } = graphBuilder(standard);
  const owners = ownersOf(source, standard);
  const known = new Map<GraphNode, Known>();
  nodeCosts(standard, 1, typeOf).forEach(({ node, kind, flops }, at) => {
    const owner = owners[at];
    if (owner === undefined || kind === "constant") return;
    const output = node.outputs.find((name) => name !== "") ?? "";
    known.set(owner, { flops: (known.get(owner)?.flops ?? 0) + flops, shape: typeOf(output).shape });
  });
  return known;
}

/**
 * For each node of the standard form the node of the file that it was made from. Values keep their names on the way,
 * and nodes their order; so what lies between two nodes that are found by name belongs to the composite between them.
 */
function ownersOf(source: Graph, standard: Graph): readonly (GraphNode | undefined)[] {
  const places = new Map(source.nodes.flatMap(({ outputs }, at) => outputs.map((name) => [name, at] as const)));
  const found = standard.nodes.map(({ outputs }) => places.get(outputs.find((name) => places.has(name)) ?? "") ?? null);
  let [before, owner] = [-1, -1];
  return found.map((place, at) => {
    if (place === null) {
      const after = found.slice(at).find((next) => next !== null) ?? source.nodes.length;
      const between = source.nodes.findIndex((node, index) => index > before && index < after && isComposite(node));
      owner = between < 0 ? before : between;
    } else [before, owner] = [place, place];
    return source.nodes[owner];
  });
}

function isComposite(node: GraphNode): boolean {
  return node.domain === "" && compositeFor(node) !== null;
}
