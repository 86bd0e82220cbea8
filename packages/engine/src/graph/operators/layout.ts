/**
 * Operators that move data without changing it.
 *
 * @module
 */
import { intOf, ints, intsOf } from "../attributes.ts";
import { dimensionProduct, dimensionQuotient, shapeText } from "../dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type Application, type GradientRule, input, inputType, misfit, noFlops, type Operator } from "../operator.ts";
import { int64List, tensorNumbers } from "../tensors.ts";
import { shapeOf } from "./broadcasting.ts";

type Shape = readonly Dimension[];

/** An axis counted from the start, where a negative one counts from the end. */
export function axisFromStart(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The list of whole numbers that input `at` is. Throws Fault "model-unsupported" where it is not a constant. */
function constantNumbers(application: Application, at: number): readonly number[] {
  const tensor = application.constant(at);
  if (tensor !== null) return tensorNumbers(tensor);
  throw misfit(application.node, `input ${at} is not known before the graph runs`);
}

/** Swaps the first two axes. */
export function swapFirstAxes(graph: GraphBuilder, value: string): string {
  const order = graph.typeOf(value).shape.map((_, axis) => (axis < 2 ? 1 - axis : axis));
  return graph.add("Transpose", [value], { perm: ints(order) });
}

/** `value` in the shape of `like`, which has as many elements. */
export function reshapeLike(graph: GraphBuilder, value: string, like: string): string {
  const { shape } = graph.typeOf(like);
  const names = shape.filter((size) => typeof size === "string");
  const sizes = shape.map((size) => (typeof size === "string" ? -1 : size));
  const target = names.length > 1 ? shapeOf(graph, like) : graph.constant(int64List(sizes));
  return graph.add("Reshape", [value, target]);
}

/** The gradient of what only changes the shape. */
const shapeBack: GradientRule = ({ graph, node, gradient }) => [
  () => reshapeLike(graph, gradient(), input(node, 0)),
  null,
];

function layout(
  name: string,
  shape: (application: Application, of: Shape) => Shape,
  gradient: Operator["gradient"],
): Operator {
  return {
    name,
    types: (application) => {
      const type = inputType(application, 0);
      return [{ dataType: type.dataType, shape: shape(application, type.shape) }];
    },
    gradient,
    flops: noFlops,
  };
}

/** Two axes: the product of those before `axis` and the product of the others. */
const flatten = layout(
  "Flatten",
  ({ node }, shape) => {
    const axis = axisFromStart(intOf(node, "axis", 1), shape.length);
    return [dimensionProduct(shape.slice(0, axis)), dimensionProduct(shape.slice(axis))];
  },
  shapeBack,
);

/** Any shape with as many elements; −1 is whatever remains, and 0 keeps an axis unless `allowzero` says that it is 0. */
const reshape = layout(
  "Reshape",
  (application, shape) => {
    const asked = application.dimensions(1);
    if (asked === null) throw misfit(application.node, "its shape is not known before the graph runs");
    const keeps = intOf(application.node, "allowzero", 0) === 0;
    const sizes = asked.map((size, axis) => (size === 0 && keeps ? (shape[axis] ?? 0) : size));
    const rest = dimensionQuotient(dimensionProduct(shape), dimensionProduct(sizes.filter((size) => size !== -1)));
    if (rest === null || (rest !== 1 && !sizes.includes(-1))) {
      throw misfit(application.node, `${shapeText(shape)} cannot take the shape ${shapeText(asked)}`);
    }
    return sizes.map((size) => (size === -1 ? rest : size));
  },
  shapeBack,
);

/** New axes of size 1. */
const unsqueeze = layout(
  "Unsqueeze",
  (application, shape) => {
    const axes = constantNumbers(application, 1);
    const rank = shape.length + axes.length;
    const added = new Set(axes.map((axis) => axisFromStart(axis, rank)));
    const rest = [...shape];
    return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.shift() ?? 1)));
  },
  shapeBack,
);

/** Axes in another order: axis i of the output is axis order[i] of the input. */
const transpose = layout(
  "Transpose",
  ({ node }, shape) => orderOf(node, shape.length).map((axis) => shape[axis] ?? 1),
  ({ graph, node, gradient }) => {
    const order = orderOf(node, graph.typeOf(input(node, 0)).shape.length);
    const back = order.map((_, axis) => order.indexOf(axis));
    return [() => graph.add("Transpose", [gradient()], { perm: ints(back) })];
  },
);

function orderOf(node: GraphNode, rank: number): readonly number[] {
  return intsOf(node, "perm") ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

/** Part of every axis: from `start` to before `end` by `step`. */
const slice = layout(
  "Slice",
  (application, shape) => {
    const [starts, ends] = [constantNumbers(application, 1), constantNumbers(application, 2)];
    const axes = application.inputs[3] ? constantNumbers(application, 3) : starts.map((_, axis) => axis);
    const steps = application.inputs[4] ? constantNumbers(application, 4) : starts.map(() => 1);
    const sizes = [...shape];
    axes.forEach((axis, at) => {
      const place = axisFromStart(axis, shape.length);
      const size = shape[place];
      const [start = 0, end = 0, step = 1] = [starts[at], ends[at], steps[at]];
      if (typeof size !== "number" || step < 1) throw misfit(application.node, `axis ${axis} cannot be cut`);
      const bound = (position: number): number => Math.min(size, Math.max(0, axisFromStart(position, size)));
      sizes[place] = Math.max(0, Math.ceil((bound(end) - bound(start)) / step));
    });
    return sizes;
  },
  "missing",
);

/** Entries of one axis, chosen by their numbers. */
const gather = layout(
  "Gather",
  (application, shape) => {
    const axis = axisFromStart(intOf(application.node, "axis", 0), shape.length);
    return [...shape.slice(0, axis), ...inputType(application, 1).shape, ...shape.slice(axis + 1)];
  },
  "missing",
);

/** The operators of this family. */
export const layoutOperators: readonly Operator[] = [flatten, reshape, unsqueeze, transpose, slice, gather];
