/**
 * Cutting values into parts along an axis.
 *
 * @module
 */
import { type Attributes, int } from "../../graph/attributes.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { int64List } from "../../graph/tensors.ts";

/** The parts of `value` along `axis` that have the given sizes, which add up to that of the axis. */
export function partsOfSizes(
  graph: GraphBuilder,
  value: string,
  axis: number,
  sizes: readonly number[],
): readonly string[] {
  const inputs = [value, graph.constant(int64List(sizes))];
  return sizes.length === 1 ? [value] : split(graph, inputs, sizes.length, { axis: int(axis) });
}

/** The `count` equal parts of `value` along `axis`. */
export function equalParts(graph: GraphBuilder, value: string, axis: number, count: number): readonly string[] {
  return count === 1 ? [value] : split(graph, [value], count, { axis: int(axis), num_outputs: int(count) });
}

function split(
  graph: GraphBuilder,
  inputs: readonly string[],
  count: number,
  attributes: Attributes,
): readonly string[] {
  const outputs = Array.from({ length: count }, () => graph.fresh("Split"));
  graph.append({ name: outputs[0] ?? "Split", operator: "Split", domain: "", inputs, outputs, attributes });
  return outputs;
}
