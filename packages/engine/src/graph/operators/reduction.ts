/**
 * Sums, means, extremes and norms along axes.
 *
 * @module
 */
import { int, intOf, intsOf } from "../attributes.ts";
import { dimensionProduct, dimensionSum } from "../dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import {
  type Application,
  FIXED_SIZES,
  type GradientContext,
  input,
  inputType,
  misfit,
  type Operator,
  output,
  type Sizes,
} from "../operator.ts";
import { type DimensionsRule, fixedShape } from "../shape-arithmetic.ts";
import { int64List } from "../tensors.ts";
import { axisOf, checkedAxis } from "./axes.ts";
import { reduceSum } from "./broadcasting.ts";
import { cast } from "./comparison.ts";
import { scalarLike, times } from "./constants.ts";

type Shape = readonly Dimension[];

/** The axes that a node reduces, counted from the start; `listed` is what its second input holds. */
function reducedAxes(node: GraphNode, listed: Shape | null, rank: number): readonly number[] {
  const isListed = (node.inputs[1] ?? "") !== "";
  const asked = isListed ? fixedShape(listed ?? [""]) : (intsOf(node, "axes") ?? []);
  if (asked === null) throw misfit(node, "its axes are not known before the graph runs", FIXED_SIZES);
  if (asked.length > 0) return asked.map((axis) => checkedAxis(node, axis, rank));
  return intOf(node, "noop_with_empty_axes", 0) !== 0 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function keeps(node: GraphNode): boolean {
  return intOf(node, "keepdims", 1) !== 0;
}

function reducedShape(application: Application): Shape {
  const { shape } = inputType(application, 0);
  const axes = reducedAxes(application.node, application.dimensions(1), shape.length);
  return withoutAxes(shape, axes, keeps(application.node));
}

function withoutAxes(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  return keep
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** One use of a reduction y of x, as its gradient sees it. */
interface Reduction {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly x: string;
  /** The gradient in a shape that broadcasts to that of x. */
  readonly g: string;
  /** The output in a shape that broadcasts to that of x. */
  readonly y: () => string;
  readonly axes: readonly number[];
}

function reductionOf({ graph, node, gradient, narrowGradient }: GradientContext): Reduction {
  const x = input(node, 0);
  const { shape } = graph.typeOf(x);
  const axes = reducedAxes(node, graph.dimensionsOf(node.inputs[1] ?? ""), shape.length);
  /** Reduced axes are back in their places, with size 1. */
  const spread = (value: string): string =>
    keeps(node) || axes.length === 0 ? value : graph.add("Unsqueeze", [value, graph.constant(int64List(axes))]);
  const isScalar = graph.typeOf(narrowGradient).shape.length === 0;
  const g = isScalar || keeps(node) ? narrowGradient : spread(gradient());
  return { graph, node, x, g, y: () => spread(output(node)), axes };
}

/** A reduction and the rule of its gradient; `flops` are the operations for each element of the input. */
function reduction(
  name: string,
  flops: number,
  gradient: (reduction: Reduction) => string,
  dimensions?: DimensionsRule,
): Operator {
  return {
    name,
    types: (application) => [{ dataType: inputType(application, 0).dataType, shape: reducedShape(application) }],
    gradient: (context) => [() => gradient(reductionOf(context)), null],
    flops: (sizes) => flops * inputElements(sizes),
    ...(dimensions === undefined ? {} : { dimensions }),
  };
}

/** A reduction that changes elements too, so that "no axes" would not mean "as it is". */
function transforming(name: string, flops: number, gradient: (reduction: Reduction) => string): Operator {
  const plain = reduction(name, flops, gradient);
  return {
    ...plain,
    types: (application) => {
      const { shape } = inputType(application, 0);
      const axes = reducedAxes(application.node, application.dimensions(1), shape.length);
      if (axes.length > 0 || shape.length === 0) return plain.types(application);
      throw misfit(application.node, "what it makes without axes is not settled");
    },
  };
}

/** What reducing a list, or a scalar, to one number gives. */
function ofWholeList(combine: (held: Shape) => Dimension | null): DimensionsRule {
  return (application) => {
    const held = application.dimensions(0);
    const { shape } = inputType(application, 0);
    const axes = reducedAxes(application.node, application.dimensions(1), shape.length);
    if (held === null || shape.length > 1 || axes.length < shape.length) return null;
    const made = combine(held);
    return made === null ? null : [made];
  };
}

function ofNumbers(combine: (...numbers: readonly number[]) => number): DimensionsRule {
  return ofWholeList((held) => {
    const numbers = fixedShape(held);
    return numbers === null || numbers.length === 0 ? null : combine(...numbers);
  });
}

/** How many elements of the output there are for each of the input, as a scalar. */
function outputsPerInput({ graph, node, x }: Reduction): string {
  const y = output(node);
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

/** An extreme y of x: entries that tie share the gradient evenly, as PyTorch's amax and amin do. */
function shared(reduced: Reduction): string {
  const { graph, x, g, y, axes } = reduced;
  const mask = cast(graph, graph.add("Equal", [x, y()]), graph.typeOf(x).dataType);
  const ties = axes.length === 0 ? mask : reduceSum(graph, mask, axes, true);
  return graph.add("Mul", [graph.add("Div", [g, ties]), mask]);
}

/**
 * A product y of x: the gradient of one factor is g times the product of the others, which is y ÷ x only where no
 * factor is 0. So the product is taken with ones in place of zeros, and is 0 where another factor is 0. Second
 * derivatives by a factor that is 0 come out as 0.
 */
function ofOthers({ graph, node, x, g, axes }: Reduction): string {
  if (axes.length === 0) return g;
  const zero = scalarLike(graph, 0, x);
  const isZero = graph.add("Equal", [x, zero]);
  const mask = cast(graph, isZero, graph.typeOf(x).dataType);
  const otherZeros = graph.add("Sub", [reduceSum(graph, mask, axes, true), mask]);
  const factors = graph.add("Where", [isZero, scalarLike(graph, 1, x), x]);
  const product = graph.add("ReduceProd", [factors, ...node.inputs.slice(1)], { ...node.attributes, keepdims: int(1) });
  const others = graph.add("Div", [product, factors]);
  return graph.add("Mul", [g, graph.add("Where", [graph.add("Equal", [otherZeros, zero]), others, zero])]);
}

/** y = √Σ x²: dx = g · x ÷ y, and 0 where y is 0, as PyTorch has it. */
function towards({ graph, x, g, y }: Reduction): string {
  const norm = y();
  const zero = scalarLike(graph, 0, x);
  const share = graph.add("Where", [graph.add("Equal", [norm, zero]), zero, graph.add("Div", [g, norm])]);
  return graph.add("Mul", [share, x]);
}

/** The position of the largest or the smallest entry along one axis. */
function position(name: string): Operator {
  return {
    name,
    types: (application) => {
      const { node } = application;
      const { shape } = inputType(application, 0);
      return [{ dataType: "int64", shape: withoutAxes(shape, [axisOf(node, 0, shape.length)], keeps(node)) }];
    },
    gradient: "zero",
    flops: inputElements,
  };
}

/** The operators of this family. */
export const reductionOperators: readonly Operator[] = [
  position("ArgMax"),
  position("ArgMin"),
  transforming("ReduceL1", 2, ({ graph, x, g }) => times(graph, g, graph.add("Sign", [x]))),
  transforming("ReduceL2", 2, towards),
  // y = ln Σ x: dx = g ÷ e^y
  transforming("ReduceLogSum", 1, ({ graph, g, y }) => graph.add("Div", [g, graph.add("Exp", [y()])])),
  // y = ln Σ e^x: dx = g · e^(x − y)
  transforming("ReduceLogSumExp", 2, ({ graph, x, g, y }) =>
    times(graph, g, graph.add("Exp", [graph.add("Sub", [x, y()])])),
  ),
  reduction("ReduceMax", 1, shared, ofNumbers(Math.max)),
  // y = (Σ x) ÷ n along axes of n elements together
  reduction("ReduceMean", 1, (reduced) => times(reduced.graph, reduced.g, outputsPerInput(reduced))),
  reduction("ReduceMin", 1, shared, ofNumbers(Math.min)),
  reduction("ReduceProd", 1, ofOthers, ofWholeList(dimensionProduct)),
  reduction("ReduceSum", 1, ({ g }) => g, ofWholeList(dimensionSum)),
  // y = Σ x²: dx = 2 · g · x
  transforming("ReduceSumSquare", 2, ({ graph, x, g }) =>
    graph.add("Mul", [graph.add("Mul", [g, scalarLike(graph, 2, x)]), x]),
  ),
];
