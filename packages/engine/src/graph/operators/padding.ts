/**
 * Padding and triangles: operators that put other numbers around data or in place of some of it.
 *
 * @module
 */
import { int, intOf, textOf } from "../attributes.ts";
import { dimensionProduct, dimensionSum, shapeText } from "../dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { FIXED_SIZES, type GradientContext, input, inputType, misfit, noFlops, type Operator } from "../operator.ts";
import { reduceSum } from "./broadcasting.ts";
import { checkedAxis } from "./axes.ts";
import { likeInput } from "./elementwise.ts";
import { padAxis, sizesValue, sliceAxis } from "./sizes.ts";

type Shape = readonly Dimension[];

/** What is put before and after an axis: a negative number takes that many entries away. */
export interface Margin {
  readonly before: Dimension;
  readonly after: Dimension;
}

const NO_MARGIN: Margin = { before: 0, after: 0 };

/**
 * The margins of every axis; `held` says what an input of `node` holds.
 * Throws Fault "model-unsupported" where they are not known or do not belong to the axes.
 */
export function marginsOf(node: GraphNode, rank: number, held: (at: number) => Shape | null): readonly Margin[] {
  const list = (at: number): Shape => {
    const known = held(at);
    if (known === null) throw misfit(node, `its input ${at} is not known before the graph runs`, FIXED_SIZES);
    return known;
  };
  const pads = list(1);
  const axes = (node.inputs[3] ?? "") === "" ? Array.from({ length: rank }, (_, axis) => axis) : list(3);
  if (pads.length !== 2 * axes.length) throw misfit(node, `${pads.length} margins for ${axes.length} axes`);
  const margins = Array.from({ length: rank }, () => NO_MARGIN);
  axes.forEach((axis, at) => {
    margins[checkedAxis(node, Number(axis), rank)] = { before: pads[at] ?? 0, after: pads[at + axes.length] ?? 0 };
  });
  return margins;
}

/** The size of an axis with its margins. Throws Fault "model-unsupported" where the mode cannot make them. */
function paddedSize(node: GraphNode, size: Dimension, { before, after }: Margin): Dimension {
  const whole = dimensionSum([size, before, after]);
  const mode = textOf(node, "mode", "constant");
  const added = `margins of ${before} and ${after} for ${size} entries`;
  if (Number(whole) < 0) throw misfit(node, added);
  if (mode === "constant" || (before === 0 && after === 0)) return whole;
  if (mode !== "reflect" && mode !== "edge") throw misfit(node, `padding by "${mode}" is not supported`);
  const most = mode === "reflect" ? Number(size) - 1 : Number.POSITIVE_INFINITY;
  const fits = [before, after].every((count) => Number(count) >= 0 && Number(count) <= most);
  if (typeof size === "number" && fits) return whole;
  throw misfit(node, `${added} cannot be made by "${mode}"`);
}

/** Margins along axes: one number (0 unless given), the nearest entry ("edge"), or a mirror image ("reflect"). */
const pad: Operator = {
  name: "Pad",
  types: (application) => {
    const { node } = application;
    const { dataType, shape } = inputType(application, 0);
    const margins = marginsOf(node, shape.length, application.dimensions);
    return [{ dataType, shape: shape.map((size, axis) => paddedSize(node, size, margins[axis] ?? NO_MARGIN)) }];
  },
  gradient: (context) => {
    const { graph, node, gradient } = context;
    const rank = graph.typeOf(input(node, 0)).shape.length;
    const margins = marginsOf(node, rank, (at) => graph.dimensionsOf(node.inputs[at] ?? ""));
    if (textOf(node, "mode", "constant") !== "constant") return [() => folded(context, margins), null, null, null];
    const inside = (): string => withoutMargins(context, margins);
    return [inside, null, () => outside(graph, gradient(), inside()), null];
  },
  flops: noFlops,
};

/** The sum of what was put around: of all but what is inside. */
function outside(graph: GraphBuilder, gradient: string, inside: string): string {
  const sums = [gradient, inside].map((value) => graph.add("ReduceSum", [value], { keepdims: int(0) }));
  return graph.add("Sub", sums);
}

/** The gradient without its margins; where a margin took entries away, zeros are put back. */
function withoutMargins({ graph, node, gradient }: GradientContext, margins: readonly Margin[]): string {
  const { shape } = graph.typeOf(input(node, 0));
  const cut = margins.flatMap((margin, axis) => (isAdded(margin.before) || isAdded(margin.after) ? [axis] : []));
  const starts = cut.map((axis) => positivePart(margins[axis]?.before ?? 0));
  const ends = cut.map((axis) => {
    const { before, after } = margins[axis] ?? NO_MARGIN;
    const taken = typeof after === "number" && after < 0 ? after : 0;
    return dimensionSum([shape[axis] ?? 1, before, taken]);
  });
  const lists = [starts, ends, cut].map((list) => sizesValue({ graph, node }, list));
  const kept = cut.length === 0 ? gradient() : graph.add("Slice", [gradient(), ...lists]);
  const lost = [...margins.map(({ before }) => before), ...margins.map(({ after }) => after)].map((size) =>
    isAdded(size) ? 0 : dimensionProduct([size, -1]),
  );
  return lost.every((size) => size === 0) ? kept : graph.add("Pad", [kept, sizesValue({ graph, node }, lost)]);
}

function isAdded(size: Dimension): boolean {
  return typeof size === "string" || size > 0;
}

function positivePart(size: Dimension): Dimension {
  return typeof size === "number" ? Math.max(0, size) : size;
}

/** The gradient with its margins added to the entries that they repeat. */
function folded({ graph, node, gradient }: GradientContext, margins: readonly Margin[]): string {
  const isMirror = textOf(node, "mode", "constant") === "reflect";
  const { shape } = graph.typeOf(input(node, 0));
  return margins.reduce((value, { before, after }, axis) => {
    if (before === 0 && after === 0) return value;
    const fold = { graph, value, axis, size: Number(shape[axis]), before: Number(before), after: Number(after) };
    return isMirror ? mirrored(fold) : gathered(fold);
  }, gradient());
}

/** One axis of a padded gradient: `before` entries, then the `size` of the input, then `after`. */
interface Fold {
  readonly graph: GraphBuilder;
  readonly value: string;
  readonly axis: number;
  readonly size: number;
  readonly before: number;
  readonly after: number;
}

/** Entry −i was made from entry i, and entry n − 1 + i from entry n − 1 − i. */
function mirrored({ graph, value, axis, size, before, after }: Fold): string {
  const middle = sliceAxis(graph, value, axis, [before, before + size, 1]);
  const sides = [
    { part: [before - 1, -before - size - after - 1, -1], margins: [1, size - 1 - before], count: before },
    { part: [-1, before + size - 1, -1], margins: [size - 1 - after, 1], count: after },
  ] as const;
  const parts = sides
    .filter(({ count }) => count > 0)
    .map(({ part, margins }) => padAxis(graph, sliceAxis(graph, value, axis, part), axis, margins));
  return graph.add("Sum", [middle, ...parts]);
}

/** All entries before the first were made from it, and all after the last from that one. */
function gathered({ graph, value, axis, size, before, after }: Fold): string {
  const middle = sliceAxis(graph, value, axis, [before, before + size, 1]);
  const sides = [
    { part: [0, before, 1], margins: [0, size - 1], count: before },
    { part: [before + size, before + size + after, 1], margins: [size - 1, 0], count: after },
  ] as const;
  const parts = sides
    .filter(({ count }) => count > 0)
    .map(({ part, margins }) => {
      const sum = reduceSum(graph, sliceAxis(graph, value, axis, part), [axis], true);
      return padAxis(graph, sum, axis, margins);
    });
  return graph.add("Sum", [middle, ...parts]);
}

/** The entries of matrices on and above a diagonal, or on and below it; 0 elsewhere. */
const trilu: Operator = {
  name: "Trilu",
  types: (application) => {
    const { shape } = inputType(application, 0);
    if (shape.length >= 2) return likeInput(application);
    throw misfit(application.node, `${shapeText(shape)} is no matrix`);
  },
  gradient: ({ graph, node, gradient }) => [
    () => {
      const inputs = [gradient(), ...node.inputs.slice(1)];
      return graph.add("Trilu", inputs, { upper: int(intOf(node, "upper", 1)) });
    },
    null,
  ],
  flops: noFlops,
};

/** The operators of this family. */
export const paddingOperators: readonly Operator[] = [pad, trilu];
