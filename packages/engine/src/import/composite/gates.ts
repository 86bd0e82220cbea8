/**
 * Activations that gate their input: x times a function of x.
 *
 * @module
 */
import { floatOf, textOf } from "../../graph/attributes.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { input, misfit } from "../../graph/operator.ts";
import { scalarLike, times } from "../../graph/operators/constants.ts";
import type { Composite } from "../composite.ts";

/** y = x · Φ(x), Φ the distribution function of the standard normal, or an approximation of it by tanh. */
const gelu: Composite = {
  name: "Gelu",
  expand: ({ graph, node }) => {
    const x = input(node, 0);
    const approximation = textOf(node, "approximate", "none");
    if (approximation === "none") return [graph.add("Mul", [x, normalDistribution(graph, x)])];
    if (approximation === "tanh") return [graph.add("Mul", [x, normalByTanh(graph, x)])];
    throw misfit(node, `the approximation "${approximation}" is neither "none" nor "tanh"`);
  },
};

/** Φ(x) = ½ + ½ · erf(x ÷ √2) */
function normalDistribution(graph: GraphBuilder, x: string): string {
  const scaled = graph.add("Mul", [x, scalarLike(graph, Math.SQRT1_2, x)]);
  return halfway(graph, graph.add("Erf", [scaled]));
}

/** Φ(x) ≈ ½ + ½ · tanh(√(2 ÷ π) · (x + 0.044715 · x³)), written as x · (a + b · x²) inside. */
function normalByTanh(graph: GraphBuilder, x: string): string {
  const slope = Math.sqrt(2 / Math.PI);
  const square = graph.add("Mul", [x, x]);
  const bent = graph.add("Mul", [square, scalarLike(graph, slope * 0.044715, x)]);
  const inner = graph.add("Mul", [x, graph.add("Add", [bent, scalarLike(graph, slope, x)])]);
  return halfway(graph, graph.add("Tanh", [inner]));
}

/** ½ + ½ · value */
function halfway(graph: GraphBuilder, value: string): string {
  const half = scalarLike(graph, 0.5, value);
  return graph.add("Add", [graph.add("Mul", [value, half]), half]);
}

/** y = x · σ(α · x), σ the logistic function */
const swish: Composite = {
  name: "Swish",
  expand: ({ graph, node }) => {
    const x = input(node, 0);
    const scaled = times(graph, x, scalarLike(graph, floatOf(node, "alpha", 1), x));
    return [graph.add("Mul", [x, graph.add("Sigmoid", [scaled])])];
  },
};

/** The composites of this family. */
export const gateComposites: readonly Composite[] = [gelu, swish];
