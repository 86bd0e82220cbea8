/**
 * The smallest and the largest of several numbers, and numbers cut to a range.
 *
 * Inputs that share the extreme share its gradient evenly, as torch.maximum and torch.minimum do.
 *
 * @module
 */
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type GradientRule, type InputGradient, input, type Operator, output, perElement } from "../operator.ts";
import { type DimensionsRule, largerDimensions, smallerDimensions } from "../shape-arithmetic.ts";
import { tensorNumbers } from "../tensors.ts";
import { arithmetic } from "./arithmetic.ts";
import { undoBroadcast } from "./broadcasting.ts";
import { maskOf, positiveMask } from "./comparison.ts";
import { scalarLike, times } from "./constants.ts";
import { likeInput } from "./elementwise.ts";
import { once } from "./once.ts";

/** With m_i = 1 where x_i = y, else 0: dx_i = m_i · g ÷ Σ m */
const extremeRule: GradientRule = ({ graph, node, narrowGradient }) => {
  const y = output(node);
  if (node.inputs.length === 1) return [() => narrowGradient];
  const masks = new Map<string, string>();
  const maskFor = (x: string): string => {
    const mask = masks.get(x) ?? maskOf(graph, graph.add("Equal", [x, y]), y);
    masks.set(x, mask);
    return mask;
  };
  const share = once(() => graph.add("Div", [narrowGradient, added(graph, node.inputs.map(maskFor))]));
  return node.inputs.map((x) => () => undoBroadcast(graph, graph.add("Mul", [maskFor(x), share()]), x, y));
};

function added(graph: GraphBuilder, values: readonly string[]): string {
  return graph.add(values.length === 2 ? "Add" : "Sum", values);
}

function extreme(name: string, dimensions: DimensionsRule): Operator {
  return { ...arithmetic(name, extremeRule), dimensions };
}

/** The gradient with respect to a bound of Clip, input `at`, which takes that of everything it cuts off. */
function boundGradient(graph: GraphBuilder, node: GraphNode, gradient: string, at: number): InputGradient | null {
  const bound = node.inputs[at] ?? "";
  if (bound === "") return null;
  const [x, y] = [input(node, 0), output(node)];
  return () => {
    const isOutside = graph.add(at === 1 ? "Less" : "Greater", [x, bound]);
    return undoBroadcast(graph, times(graph, gradient, maskOf(graph, isOutside, y)), bound, y);
  };
}

/** Whether a Clip is ReLU6, as builders and exporters write it: its bounds are the constants 0 and 6. */
function isRelu6(graph: GraphBuilder, { inputs: [, low = "", high = ""] }: GraphNode): boolean {
  return [low, high].every((bound, at) => {
    const tensor = graph.constantOf(bound);
    return tensor !== null && tensor.values.length === 1 && tensorNumbers(tensor)[0] === [0, 6][at];
  });
}

/** 1 where a Clip passes the gradient of its output on to what it cuts, else 0. */
function passingMask(graph: GraphBuilder, node: GraphNode): string {
  const [x, y] = [input(node, 0), output(node)];
  if (!isRelu6(graph, node)) return maskOf(graph, graph.add("Equal", [x, y]), y);
  // y · (6 − y) > 0 is exact: a product of what float32 holds of both is no 0.
  return positiveMask(graph, graph.add("Mul", [y, graph.add("Sub", [scalarLike(graph, 6, y), y])]));
}

/**
 * y = x cut to [low, high], each of which may be left out: dx = g where y = x, so also at the bounds, as torch.clamp
 * does; but with bounds of 0 and 6 dx = g where 0 < x < 6, as torch.nn.ReLU6 does. A bound takes the gradients of what
 * it cuts off.
 */
const clip: Operator = {
  name: "Clip",
  types: likeInput,
  gradient: ({ graph, node, narrowGradient: g }) => {
    const isBounded = node.inputs.slice(1).some((bound) => bound !== "");
    return [
      () => (isBounded ? times(graph, g, passingMask(graph, node)) : g),
      boundGradient(graph, node, g, 1),
      boundGradient(graph, node, g, 2),
    ];
  },
  flops: perElement(2),
};

/** The operators of this family. */
export const extremeOperators: readonly Operator[] = [
  extreme("Min", smallerDimensions),
  extreme("Max", largerDimensions),
  clip,
];
