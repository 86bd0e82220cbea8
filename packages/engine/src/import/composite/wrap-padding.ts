/**
 * Padding that goes round: the margins repeat the entries of the other end. Operator set 18 has no such mode, so it is
 * written out axis by axis:
 *
 *     y = [last `before` entries of x, x, first `after` entries of x]
 *
 * @module
 */
import { int, textOf } from "../../graph/attributes.ts";
import type { Dimension, GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { input, misfit } from "../../graph/operator.ts";
import { type Margin, marginsOf } from "../../graph/operators/padding.ts";
import { sliceAxis } from "../../graph/operators/sizes.ts";
import type { Composite } from "../composite.ts";

const wrapPadding: Composite = {
  name: "Pad",
  takesAnything: true,
  covers: (node) => textOf(node, "mode", "constant") === "wrap",
  expand: ({ graph, node }) => {
    const { shape } = graph.typeOf(input(node, 0));
    const margins = marginsOf(node, shape.length, (at) => graph.dimensionsOf(node.inputs[at] ?? ""));
    const padded = margins.reduce(
      (value, margin, axis) => wrapped(graph, value, axis, fitting(node, shape[axis] ?? 1, margin)),
      input(node, 0),
    );
    return [padded];
  },
};

/** An axis of `size` entries, and how many of them are repeated before it and after it. */
interface Round {
  readonly size: number;
  readonly before: number;
  readonly after: number;
}

/** Throws Fault "model-unsupported" where the entries do not suffice for the margins. */
function fitting(node: GraphNode, size: Dimension, { before, after }: Margin): Round {
  const round = { size: Number(size), before: Number(before), after: Number(after) };
  const isPlain = before === 0 && after === 0;
  const fits = [round.before, round.after].every((count) => count >= 0 && count <= round.size);
  if (isPlain || fits) return round;
  throw misfit(node, `margins of ${before} and ${after} for ${size} entries cannot be made by "wrap"`);
}

function wrapped(graph: GraphBuilder, value: string, axis: number, { size, before, after }: Round): string {
  if (before === 0 && after === 0) return value;
  const parts = [
    ...(before === 0 ? [] : [sliceAxis(graph, value, axis, [size - before, size, 1])]),
    value,
    ...(after === 0 ? [] : [sliceAxis(graph, value, axis, [0, after, 1])]),
  ];
  return graph.add("Concat", parts, { axis: int(axis) });
}

/** The composites of this family. */
export const paddingComposites: readonly Composite[] = [wrapPadding];
