/**
 * Operators of classifiers: class probabilities and class labels.
 *
 * @module
 */
import { intOf } from "../attributes.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { input, inputType, misfit, noFlops, type Operator, output, perElement } from "../operator.ts";
import { tensorNumbers } from "../tensors.ts";
import { reduceSum } from "./broadcasting.ts";
import { likeInput } from "./elementwise.ts";
import { axisFromStart } from "./layout.ts";

/** Operations for each element: the maximum, the difference, the exponential, the sum and the division. */
const SOFTMAX_FLOPS = 5;

/** Σ of `value` along the axis of a softmax node, which stays with size 1. */
function sumAlongAxis(graph: GraphBuilder, node: GraphNode, value: string): string {
  const rank = graph.typeOf(input(node, 0)).shape.length;
  return reduceSum(graph, value, [axisFromStart(intOf(node, "axis", -1), rank)], true);
}

/** y = e^x ÷ Σ e^x along one axis: dx = y · (g − Σ g · y) */
const softmax: Operator = {
  name: "Softmax",
  types: likeInput,
  gradient: ({ graph, node, narrowGradient: g }) => {
    const y = output(node);
    return [
      () => {
        const mean = sumAlongAxis(graph, node, graph.add("Mul", [g, y]));
        return graph.add("Mul", [y, graph.add("Sub", [g, mean])]);
      },
    ];
  },
  flops: perElement(SOFTMAX_FLOPS),
};

/** y = x − ln Σ e^x along one axis: dx = g − e^y · Σ g */
const logSoftmax: Operator = {
  name: "LogSoftmax",
  types: likeInput,
  gradient: ({ graph, node, gradient }) => [
    () => {
      const g = gradient();
      const pulled = graph.add("Mul", [graph.add("Exp", [output(node)]), sumAlongAxis(graph, node, g)]);
      return graph.add("Sub", [g, pulled]);
    },
  ],
  flops: perElement(SOFTMAX_FLOPS),
};

/** A new axis of the given depth that holds the second of two numbers at each label, and the first elsewhere. */
const oneHot: Operator = {
  name: "OneHot",
  types: (application) => {
    const { node } = application;
    const { shape } = inputType(application, 0);
    const depth = application.constant(1);
    if (depth === null) throw misfit(node, "the number of classes is not known before the graph runs");
    const axis = axisFromStart(intOf(node, "axis", -1), shape.length + 1);
    const classes = tensorNumbers(depth)[0] ?? 0;
    return [
      { dataType: inputType(application, 2).dataType, shape: [...shape.slice(0, axis), classes, ...shape.slice(axis)] },
    ];
  },
  gradient: "missing",
  flops: noFlops,
};

/** The operators of this family. */
export const classificationOperators: readonly Operator[] = [softmax, logSoftmax, oneHot];
