/**
 * Which numbers a model takes that looks its features up in a table, such as one of embeddings: those of its rows.
 *
 * ONNX takes negative numbers, too, and counts them from the end; among features they are padding or a mistake, which
 * would train the last rows without a word.
 *
 * @module
 */
import { isFloating } from "../graph/element-types.ts";
import type { Graph, GraphNode, TensorType, ValueInfo } from "../graph/graph.ts";
import { axisFromStart } from "../graph/operators/axes.ts";
import { intOf } from "../graph/attributes.ts";

/** Operators whose output holds the very numbers of their first input. */
const PASSING: ReadonlySet<string> = new Set([
  "Identity",
  "Cast",
  "Reshape",
  "Flatten",
  "Squeeze",
  "Unsqueeze",
  "Transpose",
]);

/**
 * The rows of the smallest table that the input `features` of `graph`, a graph in standard form, chooses from; null where
 * it goes into none as it is.
 */
export function vocabularyOf(graph: Graph, features: ValueInfo): number | null {
  if (isFloating(features.dataType)) return null;
  const given = new Set([features.name]);
  let least: number | null = null;
  for (const node of graph.nodes) {
    const [first = "", indices = ""] = node.inputs;
    if (given.has(first) && passes(graph, node)) given.add(node.outputs[0] ?? "");
    if (node.operator !== "Gather" || !given.has(indices)) continue;
    const rows = rowsOf(node, graph.initializers.get(first) ?? graph.types?.get(first) ?? null);
    if (rows !== null) least = Math.min(rows, least ?? rows);
  }
  return least;
}

function passes({ types }: Graph, { operator, outputs }: GraphNode): boolean {
  const dataType = types?.get(outputs[0] ?? "")?.dataType;
  return PASSING.has(operator) && (dataType === "int64" || dataType === "int32");
}

function rowsOf(gather: GraphNode, table: Pick<TensorType, "shape"> | null): number | null {
  const rows = table?.shape[axisFromStart(intOf(gather, "axis", 0), table.shape.length)];
  return typeof rows === "number" ? rows : null;
}
