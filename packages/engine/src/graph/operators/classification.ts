/**
 * Operators of classifiers: class probabilities and class labels.
 *
 * @module
 */
import { int, intOf } from "../attributes.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder, TensorType } from "../graph-builder.ts";
import { type Application, input, inputType, noFlops, type Operator, output, perElement } from "../operator.ts";
import { int64List, tensorOf } from "../tensors.ts";
import { axisOf, checkedAxis, knownDimensions } from "./axes.ts";
import { reduceSum } from "./broadcasting.ts";
import { likeInput } from "./elementwise.ts";

/** Operations for each element: the maximum, the difference, the exponential, the sum and the division. */
const SOFTMAX_FLOPS = 5;

/** The output is like the input, which must have the axis that the node names. */
function alongAxis(application: Application): readonly TensorType[] {
  axisOf(application.node, -1, inputType(application, 0).shape.length);
  return likeInput(application);
}

/** Σ of `value` along the axis of a softmax node, which stays with size 1. */
function sumAlongAxis(graph: GraphBuilder, node: GraphNode, value: string): string {
  const rank = graph.typeOf(input(node, 0)).shape.length;
  return reduceSum(graph, value, [axisOf(node, -1, rank)], true);
}

/** y = e^x ÷ Σ e^x along one axis: dx = y · (g − Σ g · y) */
const softmax: Operator = {
  name: "Softmax",
  types: alongAxis,
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
  types: alongAxis,
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
    const axis = checkedAxis(node, intOf(node, "axis", -1), shape.length + 1);
    const [classes = 0] = knownDimensions(application, 1);
    const { dataType } = inputType(application, 2);
    return [{ dataType, shape: [...shape.slice(0, axis), classes, ...shape.slice(axis)] }];
  },
  gradient: ({ graph, node, gradient }) => [null, null, () => valuesBack(graph, node, gradient())],
  flops: noFlops,
};

/** The gradient of the two numbers: the sum of g away from the labels and the sum of g at them. */
function valuesBack(graph: GraphBuilder, node: GraphNode, gradient: string): string {
  const values = input(node, 2);
  const marks = graph.constant(tensorOf(graph.typeOf(values).dataType, [2], [0, 1]));
  const hot = graph.add("OneHot", [input(node, 0), input(node, 1), marks], node.attributes);
  const sum = (value: string): string => graph.add("ReduceSum", [value], { keepdims: int(0) });
  const on = sum(graph.add("Mul", [gradient, hot]));
  const both = [graph.add("Sub", [sum(gradient), on]), on];
  const lists = both.map((value) => graph.add("Reshape", [value, graph.constant(int64List([1]))]));
  return graph.add("Concat", lists, { axis: int(0) });
}

/** The operators of this family. */
export const classificationOperators: readonly Operator[] = [softmax, logSoftmax, oneHot];
