/**
 * Slices: parts of axes.
 *
 * @module
 */
import { int } from "../attributes.ts";
import { dimensionDifference, dimensionSum, isSurelyPositive } from "../dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { FIXED_SIZES, input, inputType, misfit, noFlops, type Operator } from "../operator.ts";
import { fixedInput, fixedShape, picked, placesOf, stepsOf } from "../shape-arithmetic.ts";
import { int64List } from "../tensors.ts";
import { checkedAxis } from "./axes.ts";
import { sizesValue } from "./sizes.ts";

type Shape = readonly Dimension[];
type Held = (at: number) => readonly Dimension[] | null;

/** The part of one axis that is taken: `size` places from `start` on by `step`. */
interface Cut {
  readonly start: Dimension;
  readonly size: Dimension;
  readonly step: number;
}

/** Places at least this far from 0 stand for the end of an axis: exporters write the bounds of int32 or int64. */
const FAR = 2 ** 31 - 1;

/** The cut along each axis of `shape`; `held` says what an input of `node` holds. */
function cutsOf(node: GraphNode, shape: Shape, held: Held): readonly Cut[] {
  const list = (at: number): Shape => {
    const known = held(at);
    if (known === null) throw misfit(node, `its input ${at} is not known before the graph runs`, FIXED_SIZES);
    return known;
  };
  const has = (at: number): boolean => (node.inputs[at] ?? "") !== "";
  const [starts, ends] = [list(1), list(2)];
  const axes = has(3) ? list(3) : starts.map((_, axis) => axis);
  const steps = has(4) ? list(4) : starts.map(() => 1);
  const cuts: Cut[] = shape.map((size) => ({ start: 0, size, step: 1 }));
  axes.forEach((axis, at) => {
    const place = checkedAxis(node, Number(axis), shape.length);
    const bounds = [starts[at] ?? 0, ends[at] ?? 0] as const;
    const cut = cutOf(shape[place] ?? 1, bounds, Number(steps[at] ?? 1));
    if (cut === null) {
      throw misfit(node, `axis ${axis} of size ${shape[place]} cannot be cut from ${bounds.join(" to ")}`);
    }
    cuts[place] = cut;
  });
  return cuts;
}

type Bounds = readonly [start: Dimension, end: Dimension];

function cutOf(size: Dimension, [start, end]: Bounds, step: number): Cut | null {
  if (!Number.isInteger(step) || step === 0) return null;
  const known = fixedShape([size, start, end]);
  if (known !== null) return fixedCut(known, step);
  if (step === 1) return namedCut(size, start, end);
  const isWhole = (start === -1 || Number(start) >= FAR) && Number(end) <= -FAR;
  return step === -1 && isWhole ? { start: dimensionSum([size, -1]), size, step } : null;
}

function fixedCut([size = 0, start = 0, end = 0]: readonly number[], step: number): Cut {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (place: number, lowest: number): number =>
    Math.min(most, Math.max(lowest, place < 0 ? place + size : place));
  const first = bound(start, 0);
  return { start: first, size: Math.max(0, Math.ceil((bound(end, least) - first) / step)), step };
}

/** The cut of an axis where names take part; that places lie within the axis is taken on trust where names hide it. */
function namedCut(size: Dimension, start: Dimension, end: Dimension): Cut | null {
  const first = namedPlace(size, start);
  const last = namedPlace(size, end);
  const isBeyond = typeof last === "number" && last > 0 && !isSurelyPositive(dimensionDifference(size, last));
  if (isBeyond) return null;
  return { start: first, size: dimensionDifference(last, first), step: 1 };
}

function namedPlace(size: Dimension, place: Dimension): Dimension {
  if (typeof place === "string") return place;
  if (place >= FAR) return size;
  if (place <= -FAR) return 0;
  return place < 0 ? dimensionSum([size, place]) : place;
}

/** Part of every axis: from `start` to before `end` by `step`, which may be negative. */
const slice: Operator = {
  name: "Slice",
  types: (application) => {
    const { dataType, shape } = inputType(application, 0);
    const cuts = cutsOf(application.node, shape, application.dimensions);
    return [{ dataType, shape: cuts.map(({ size }) => size) }];
  },
  dimensions: (application) => {
    const [held, shape] = [application.dimensions(0), fixedInput(application)];
    if (held === null || shape === null) return null;
    const cuts = cutsOf(application.node, shape, application.dimensions);
    const steps = stepsOf(shape);
    const start = cuts.reduce((place, cut, axis) => place + Number(cut.start) * (steps[axis] ?? 0), 0);
    const sizes = cuts.map(({ size }) => Number(size));
    return picked(
      held,
      placesOf(
        sizes,
        cuts.map(({ step }, axis) => step * (steps[axis] ?? 0)),
        start,
      ),
    );
  },
  gradient: ({ graph, node, gradient }) => [
    () => {
      const { shape } = graph.typeOf(input(node, 0));
      const cuts = cutsOf(node, shape, (at) => graph.dimensionsOf(node.inputs[at] ?? ""));
      return putBack({ graph, node, shape }, gradient(), cuts);
    },
  ],
  flops: noFlops,
};

/** A node, and the shape of its first input. */
interface Place {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly shape: Shape;
}

/**
 * The gradient of cuts: zeros around it. Where a step is not 1, one zero is put at the end of the axis, and every
 * place that was left out takes that one.
 */
function putBack({ graph, node, shape }: Place, gradient: string, cuts: readonly Cut[]): string {
  const margins = cuts.map(({ start, size, step }, axis): readonly [Dimension, Dimension] => {
    if (step === 1) return [start, dimensionDifference(shape[axis] ?? 1, dimensionSum([start, size]))];
    return [0, isReversal(cuts[axis], shape[axis]) ? 0 : 1];
  });
  const pads = [...margins.map(([before]) => before), ...margins.map(([, after]) => after)];
  const isPadded = pads.some((pad) => pad !== 0);
  const padded = isPadded ? graph.add("Pad", [gradient, sizesValue({ graph, node }, pads)]) : gradient;
  return cuts.reduce((value, cut, axis) => {
    if (cut.step === 1) return value;
    return isReversal(cut, shape[axis])
      ? reversed(graph, value, axis)
      : spreadOut(graph, value, axis, [cut, shape[axis]]);
  }, padded);
}

function isReversal(cut: Cut | undefined, size: Dimension | undefined): boolean {
  return cut?.step === -1 && cut.size === size;
}

function reversed(graph: GraphBuilder, value: string, axis: number): string {
  const lists = [-1, -FAR - 1, axis, -1].map((number) => graph.constant(int64List([number])));
  return graph.add("Slice", [value, ...lists]);
}

/** The entries of `value` along `axis` at their places in an axis of `size`; its last entry, a zero, everywhere else. */
function spreadOut(
  graph: GraphBuilder,
  value: string,
  axis: number,
  [cut, size]: readonly [Cut, Dimension | undefined],
): string {
  const places = Array.from({ length: Number(size) }, () => Number(cut.size));
  for (let at = 0; at < Number(cut.size); at++) places[Number(cut.start) + at * cut.step] = at;
  return graph.add("Gather", [value, graph.constant(int64List(places))], { axis: int(axis) });
}

/** The operators of this family. */
export const slicingOperators: readonly Operator[] = [slice];
