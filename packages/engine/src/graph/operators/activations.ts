/**
 * Activation functions. Derivatives are written in terms of the output where that is possible: the input can then
 * be forgotten, and the activation fused into the operator before it.
 *
 * @module
 */
import { floatOf } from "../attributes.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Operator } from "../operator.ts";
import { isPositive, positiveMask } from "./comparison.ts";
import { scalarLike } from "./constants.ts";
import { elementwise, elementwiseByOutput } from "./elementwise.ts";

/**
 * y = max(0, x); y′ = 1 where y > 0, else 0.
 * Greater, Cast and Mul together take less time than Sign and Mul, and less than Greater and Where.
 */
const relu = elementwiseByOutput("Relu", ({ graph, y }) => positiveMask(graph, y));

/** y = x where x ≥ 0, else α · x; y′ = 1 where x > 0, else α */
const leakyRelu = elementwise("LeakyRelu", ({ graph, node, x }) => {
  const below = scalarLike(graph, floatOf(node, "alpha", 0.01), x);
  return graph.add("Where", [isPositive(graph, x), scalarLike(graph, 1, x), below]);
});

/** y = 1 ÷ (1 + e^−x); y′ = y · (1 − y) */
const sigmoid = elementwiseByOutput("Sigmoid", ({ graph, y }) => graph.add("Mul", [y, oneMinus(graph, y)]));

/** y = tanh x; y′ = 1 − y² */
const tanh = elementwiseByOutput("Tanh", ({ graph, y }) => oneMinus(graph, graph.add("Mul", [y, y])));

/** y = ln(1 + e^x); y′ = 1 ÷ (1 + e^−x) */
const softplus = elementwise("Softplus", ({ graph, x }) => graph.add("Sigmoid", [x]));

/** y = x where x ≥ 0, else α · (e^x − 1); y′ = 1 where x > 0, else y + α */
const elu = elementwise("Elu", ({ graph, node, x, y }) => {
  const below = graph.add("Add", [y, scalarLike(graph, floatOf(node, "alpha", 1), y)]);
  return graph.add("Where", [isPositive(graph, x), scalarLike(graph, 1, y), below]);
});

function oneMinus(graph: GraphBuilder, value: string): string {
  return graph.add("Sub", [scalarLike(graph, 1, value), value]);
}

/** The operators of this family. */
export const activationOperators: readonly Operator[] = [relu, leakyRelu, sigmoid, tanh, softplus, elu];
