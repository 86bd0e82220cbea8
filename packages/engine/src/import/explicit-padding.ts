/**
 * The padding of windows, which files say in four ways, as the attribute `pads` alone.
 *
 * ONNX Runtime has no kernels for some of the other ways: SAME with a dilation is refused when the graph runs, and pools
 * whose stride is larger than their window get a negative padding. No padding is negative here, as in its convolutions.
 *
 * @module
 */
import { ints, intsOf, textOf } from "../graph/attributes.ts";
import type { GraphNode } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { input } from "../graph/operator.ts";
import { poolWindows } from "../graph/operators/pooling.ts";
import { spatialSizes, transposedWindowsOf, type Window, windowsOf } from "../graph/operators/windows.ts";

type Rule = (graph: GraphBuilder, node: GraphNode) => readonly Window[];

const pool: Rule = (graph, node) => poolWindows(node, sizesOf(graph, node, 0));

const rules: ReadonlyMap<string, Rule> = new Map([
  ["AveragePool", pool],
  ["Conv", (graph, node) => windowsOf(node, sizesOf(graph, node, 0), sizesOf(graph, node, 1))],
  [
    "ConvTranspose",
    (graph, node) => transposedWindowsOf(node, sizesOf(graph, node, 0), sizesOf(graph, node, 1)).windows,
  ],
  ["MaxPool", pool],
]);

function sizesOf(graph: GraphBuilder, node: GraphNode, at: number): readonly number[] {
  return spatialSizes(node, graph.typeOf(input(node, at)).shape);
}

/**
 * `node` with its padding in numbers, without `auto_pad` and `output_shape`; `graph` has its inputs.
 * Throws Fault "model-unsupported" where the padding depends on sizes that are not known.
 */
export function withExplicitPadding(graph: GraphBuilder, node: GraphNode): GraphNode {
  const rule = rules.get(node.operator);
  const isExplicit = textOf(node, "auto_pad", "NOTSET") === "NOTSET" && intsOf(node, "output_shape") === null;
  if (rule === undefined || isExplicit) return node;
  const windows = rule(graph, node);
  const { auto_pad: _, output_shape: __, ...attributes } = node.attributes;
  const pads = ints([...windows.map(({ before }) => before), ...windows.map(({ after }) => after)]);
  return { ...node, attributes: { ...attributes, pads } };
}
