/**
 * Broadcasting: how operators of several inputs make their shapes meet, and how its gradient is undone.
 *
 * Shapes are aligned at their last axis; a missing axis or one of size 1 is repeated. The gradient of a repetition
 * is a sum over the repeated axis.
 *
 * @module
 */
import { int } from "../attributes.ts";
import { shapeText } from "../dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { inputType, misfit, noFlops, type Operator, input, output } from "../operator.ts";
import { broadcastPlaces, fixedInput, fixedShape, picked } from "../shape-arithmetic.ts";
import { int64List } from "../tensors.ts";
import { knownDimensions } from "./axes.ts";

type Shape = readonly Dimension[];

/** The shape in which all `shapes` meet. Throws Fault "model-unsupported", naming `node`, where they do not. */
export function broadcast(node: GraphNode, shapes: readonly Shape[]): Shape {
  return shapes.reduce((left, right) => {
    const rank = Math.max(left.length, right.length);
    return Array.from({ length: rank }, (_, axis) => {
      const size = meeting(left[axis - rank + left.length] ?? 1, right[axis - rank + right.length] ?? 1);
      if (size === null) throw misfit(node, `the shapes ${shapes.map(shapeText).join(" and ")} do not meet`);
      return size;
    });
  }, []);
}

/** The size in which two sizes meet; null where they do not. A name beside a number other than 1 stands for it. */
function meeting(a: Dimension, b: Dimension): Dimension | null {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === typeof b) return null;
  return typeof a === "number" ? a : b;
}

/** Whether two shapes are written alike. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** `value` repeated to the shape of `like`, to which it must broadcast. */
export function expandLike(graph: GraphBuilder, value: string, like: string): string {
  const { shape } = graph.typeOf(like);
  return sameShape(graph.typeOf(value).shape, shape) ? value : graph.add("Expand", [value, shapeOf(graph, like)]);
}

/** The dimensions of `value` as a value: a constant where they are known. */
export function shapeOf(graph: GraphBuilder, value: string): string {
  const { shape } = graph.typeOf(value);
  const sizes = shape.filter((size) => typeof size === "number");
  return sizes.length === shape.length ? graph.constant(int64List(sizes)) : graph.add("Shape", [value]);
}

/**
 * The gradient with respect to `value`, which was broadcast to the shape of `wide`. `gradient` has that shape or one
 * that broadcasts to it; so may the result for `value`, unless something had to be summed.
 */
export function undoBroadcast(graph: GraphBuilder, gradient: string, value: string, wide: string): string {
  const narrow = graph.typeOf(value).shape;
  const { shape } = graph.typeOf(wide);
  if (sameShape(narrow, shape)) return gradient;
  const added = shape.length - narrow.length;
  const leading = shape.flatMap((_, axis) => (axis < added ? [axis] : []));
  const stretched = shape.flatMap((size, axis) =>
    axis >= added && narrow[axis - added] === 1 && size !== 1 ? [axis] : [],
  );
  const whole = expandLike(graph, gradient, wide);
  const kept = stretched.length === 0 ? whole : reduceSum(graph, whole, stretched, true);
  return leading.length === 0 ? kept : reduceSum(graph, kept, leading, false);
}

/** The sum of `value` over `axes`, which stay as axes of size 1 if `keep`. */
export function reduceSum(graph: GraphBuilder, value: string, axes: readonly number[], keep: boolean): string {
  const axesTensor = graph.constant(int64List(axes));
  return graph.add("ReduceSum", [value, axesTensor], { keepdims: int(keep ? 1 : 0) });
}

/** Repeats a tensor along axes of size 1 or missing ones. */
const expand: Operator = {
  name: "Expand",
  types: (application) => {
    const { dataType, shape } = inputType(application, 0);
    const asked = knownDimensions(application, 1);
    if (asked.some((size) => Number(size) < 0)) throw misfit(application.node, `there is no shape ${shapeText(asked)}`);
    return [{ dataType, shape: broadcast(application.node, [shape, asked]) }];
  },
  dimensions: (application) => {
    const [held, narrow] = [application.dimensions(0), fixedInput(application)];
    const wide = fixedShape(application.dimensions(1) ?? [""]);
    if (held === null || narrow === null || wide === null) return null;
    const met = fixedShape(broadcast(application.node, [narrow, wide]));
    return met === null ? null : picked(held, broadcastPlaces(narrow, met));
  },
  gradient: ({ graph, node, gradient }) => {
    const [value, wide] = [input(node, 0), output(node)];
    return [() => undoBroadcast(graph, gradient(), value, wide), null];
  },
  flops: noFlops,
};

/** The operators of this family. */
export const broadcastingOperators: readonly Operator[] = [expand];
