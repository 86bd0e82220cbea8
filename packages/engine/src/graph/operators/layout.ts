/**
 * Operators that give data another shape or another order of axes.
 *
 * @module
 */
import { int, intOf, ints, intsOf, textOf } from "../attributes.ts";
import { dimensionProduct, dimensionQuotient, shapeText } from "../dimensions.ts";
import { sameNumbers } from "../float-arithmetic.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import {
  type Application,
  type GradientRule,
  input,
  inputOfRank,
  inputType,
  misfit,
  noFlops,
  type Operator,
} from "../operator.ts";
import { fixedInput, picked, placesOf, sameDimensions, stepsOf } from "../shape-arithmetic.ts";
import { int64List } from "../tensors.ts";
import { axisFromStart, checkedAxis, knownDimensions, knownNumbers } from "./axes.ts";
import { shapeOf } from "./broadcasting.ts";
import { reshapeTo, type SizeSources } from "./sizes.ts";

type Shape = readonly Dimension[];

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

/** An operator whose output has the element type of its first input. */
function layout(name: string, shape: (application: Application, of: Shape) => Shape): Omit<Operator, "gradient"> {
  return {
    name,
    types: (application) => {
      const type = inputType(application, 0);
      return [{ dataType: type.dataType, shape: shape(application, type.shape) }];
    },
    flops: noFlops,
  };
}

/** An operator that changes the shape and nothing else. */
function reshaping(name: string, shape: (application: Application, of: Shape) => Shape): Operator {
  return { ...layout(name, shape), dimensions: sameDimensions, numbers: sameNumbers, gradient: shapeBack };
}

/** Two axes: the product of those before `axis` and the product of the others. */
const flatten = reshaping("Flatten", ({ node }, shape) => {
  const axis = axisFromStart(intOf(node, "axis", 1), shape.length);
  return [dimensionProduct(shape.slice(0, axis)), dimensionProduct(shape.slice(axis))];
});

/** Any shape with as many elements; −1 is whatever remains, and 0 keeps an axis unless `allowzero` says that it is 0. */
const reshape = reshaping("Reshape", (application, shape) => {
  const asked = knownDimensions(application, 1);
  const keeps = intOf(application.node, "allowzero", 0) === 0;
  const sizes = asked.map((size, axis) => (size === 0 && keeps ? (shape[axis] ?? 0) : size));
  const rest = dimensionQuotient(dimensionProduct(shape), dimensionProduct(sizes.filter((size) => size !== -1)));
  if (rest === null || (rest !== 1 && !sizes.includes(-1))) {
    throw misfit(application.node, `${shapeText(shape)} cannot take the shape ${shapeText(asked)}`);
  }
  return sizes.map((size) => (size === -1 ? rest : size));
});

/** Without the axes that are named, or without all axes of size 1. */
const squeeze = reshaping("Squeeze", (application, shape) => {
  const { node } = application;
  const named = application.inputs[1] ? knownNumbers(application, 1) : null;
  const axes = named?.map((axis) => checkedAxis(node, axis, shape.length));
  const dropped = shape.map((size, axis) => (axes === undefined ? size === 1 : axes.includes(axis)));
  shape.forEach((size, axis) => {
    if (dropped[axis] !== true || size === 1) return;
    throw misfit(node, `axis ${axis} of ${shapeText(shape)} is not of size 1`);
  });
  return shape.filter((_, axis) => dropped[axis] === false);
});

/** New axes of size 1. */
const unsqueeze = reshaping("Unsqueeze", (application, shape) => {
  const axes = knownNumbers(application, 1);
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => checkedAxis(application.node, axis, rank)));
  if (added.size < axes.length) throw misfit(application.node, `an axis is added twice: [${axes.join(", ")}]`);
  const rest = [...shape];
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.shift() ?? 1)));
});

/** Axes in another order: axis i of the output is axis order[i] of the input. */
const transpose: Operator = {
  ...layout("Transpose", ({ node }, shape) => picked(shape, orderOf(node, shape.length))),
  dimensions: (application) => {
    const [held, shape] = [application.dimensions(0), fixedInput(application)];
    if (held === null || shape === null) return null;
    const order = orderOf(application.node, shape.length);
    return picked(held, placesOf(picked(shape, order), picked(stepsOf(shape), order)));
  },
  gradient: ({ graph, node, gradient }) => {
    const order = orderOf(node, graph.typeOf(input(node, 0)).shape.length);
    const back = order.map((_, axis) => order.indexOf(axis));
    return [() => graph.add("Transpose", [gradient()], { perm: ints(back) })];
  },
};

function orderOf(node: GraphNode, rank: number): readonly number[] {
  const order = intsOf(node, "perm") ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  if (order.length === rank && order.every((axis) => axis >= 0 && axis < rank)) return order;
  throw misfit(node, `[${order.join(", ")}] is no order of ${rank} axes`);
}

/** Channels into squares of b × b pixels: [N, b²·C, H, W] becomes [N, C, b·H, b·W]. */
const depthToSpace: Operator = {
  ...layout("DepthToSpace", (application) => {
    const { node } = application;
    const [batch = 1, channels = 1, height = 1, width = 1] = inputOfRank(application, 0, 4).shape;
    const block = intOf(node, "blocksize", 1);
    const rest = dimensionQuotient(channels, block * block);
    if (rest === null) throw misfit(node, `${channels} channels are no multiple of ${block} · ${block}`);
    return [batch, rest, dimensionProduct([height, block]), dimensionProduct([width, block])];
  }),
  gradient: ({ graph, node, gradient }) => [
    () => {
      const block = intOf(node, "blocksize", 1);
      const inOrder = graph.add("SpaceToDepth", [gradient()], { blocksize: int(block) });
      return textOf(node, "mode", "DCR") === "DCR" ? inOrder : channelsFirst({ graph, node }, inOrder, block);
    },
  ],
};

/** From SpaceToDepth's order of channels, the places in a square outermost, to that of the mode CRD, innermost. */
function channelsFirst(of: SizeSources, value: string, block: number): string {
  const { shape } = of.graph.typeOf(value);
  const [batch = 1, channels = 1, ...image] = shape;
  const apart = [batch, block * block, dimensionQuotient(channels, block * block) ?? 1, ...image];
  const split = reshapeTo(of, value, apart);
  return reshapeTo(of, of.graph.add("Transpose", [split], { perm: ints([0, 2, 1, 3, 4]) }), shape);
}

/** Squares of b × b pixels into channels: [N, C, b·H, b·W] becomes [N, b²·C, H, W]. */
const spaceToDepth: Operator = {
  ...layout("SpaceToDepth", (application) => {
    const { node } = application;
    const [batch = 1, channels = 1, ...image] = inputOfRank(application, 0, 4).shape;
    const block = intOf(node, "blocksize", 1);
    const sizes = image.map((size) => {
      const rest = dimensionQuotient(size, block);
      if (rest === null) throw misfit(node, `a side of ${size} is no multiple of ${block}`);
      return rest;
    });
    return [batch, dimensionProduct([channels, block, block]), ...sizes];
  }),
  gradient: ({ graph, node, gradient }) => [
    () => graph.add("DepthToSpace", [gradient()], { blocksize: int(intOf(node, "blocksize", 1)) }),
  ],
};

/** The operators of this family. */
export const layoutOperators: readonly Operator[] = [
  depthToSpace,
  flatten,
  reshape,
  spaceToDepth,
  squeeze,
  transpose,
  unsqueeze,
];
