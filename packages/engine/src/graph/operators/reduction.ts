/**
 * Sums, means and positions of maxima along axes.
 *
 * @module
 */
import { intOf, intsOf } from "../attributes.ts";
import type { Dimension, GraphNode, TensorData } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import {
  type Application,
  type GradientContext,
  input,
  inputType,
  type Operator,
  output,
  type Sizes,
} from "../operator.ts";
import { int64List, tensorNumbers } from "../tensors.ts";
import { cast } from "./comparison.ts";
import { scalarLike, times } from "./constants.ts";
import { axisFromStart } from "./layout.ts";

type Shape = readonly Dimension[];

/** The axes that a node reduces, counted from the start: a second input or, in older operator sets, an attribute. */
function reducedAxes(node: GraphNode, axes: TensorData | null, rank: number): readonly number[] {
  const asked = axes === null ? (intsOf(node, "axes") ?? []) : tensorNumbers(axes);
  const all = asked.length === 0 && intOf(node, "noop_with_empty_axes", 0) === 0;
  return all ? Array.from({ length: rank }, (_, axis) => axis) : asked.map((axis) => axisFromStart(axis, rank));
}

function reducedShape(application: Application): Shape {
  const { shape } = inputType(application, 0);
  const axes = reducedAxes(application.node, application.constant(1), shape.length);
  return withoutAxes(shape, axes, intOf(application.node, "keepdims", 1) !== 0);
}

function withoutAxes(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  return keep
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** The gradient in a shape that broadcasts to the input's: reduced axes are back in their places, with size 1. */
function spread({ graph, node, gradient, narrowGradient }: GradientContext): string {
  const isScalar = graph.typeOf(narrowGradient).shape.length === 0;
  if (isScalar || intOf(node, "keepdims", 1) !== 0) return narrowGradient;
  const { shape } = graph.typeOf(input(node, 0));
  const axes = reducedAxes(node, graph.constantOf(node.inputs[1] ?? ""), shape.length);
  return graph.add("Unsqueeze", [gradient(), graph.constant(int64List(axes))]);
}

/** How many elements of the output there are for each of the input, as a scalar. */
function outputsPerInput(graph: GraphBuilder, node: GraphNode): string {
  const [x, y] = [input(node, 0), output(node)];
  const [inputs, outputs] = [graph.typeOf(x).shape, graph.typeOf(y).shape];
  const known = [...inputs, ...outputs].every((size) => typeof size === "number");
  if (known) return scalarLike(graph, count(outputs) / count(inputs), x);
  const { dataType } = graph.typeOf(x);
  const sizes = [y, x].map((value) => cast(graph, graph.add("Size", [value]), dataType));
  return graph.add("Div", sizes);
}

/** The number of elements of a shape without names. */
function count(shape: Shape): number {
  return shape.reduce<number>((product, size) => product * Number(size), 1);
}

function inputElements({ inputs }: Sizes): number {
  return count(inputs[0] ?? []);
}

/** y = Σ x along axes */
const reduceSum: Operator = {
  name: "ReduceSum",
  types: (application) => [{ dataType: inputType(application, 0).dataType, shape: reducedShape(application) }],
  gradient: (context) => [() => spread(context), null],
  flops: inputElements,
};

/** y = (Σ x) ÷ n along axes of n elements together */
const reduceMean: Operator = {
  ...reduceSum,
  name: "ReduceMean",
  gradient: (context) => {
    const { graph, node } = context;
    return [() => times(graph, spread(context), outputsPerInput(graph, node)), null];
  },
};

/** The position of the maximum along one axis. */
const argMax: Operator = {
  name: "ArgMax",
  types: (application) => {
    const { node } = application;
    const { shape } = inputType(application, 0);
    const axis = axisFromStart(intOf(node, "axis", 0), shape.length);
    return [{ dataType: "int64", shape: withoutAxes(shape, [axis], intOf(node, "keepdims", 1) !== 0) }];
  },
  gradient: "zero",
  flops: inputElements,
};

/** The operators of this family. */
export const reductionOperators: readonly Operator[] = [reduceSum, reduceMean, argMax];
