/**
 * Pooling: the maximum or the average under each window.
 *
 * The gradient of a maximum goes to the cell that was the maximum, of several equal ones to the first. Where windows
 * do not overlap, each cell is the maximum of at most one window, and MaxUnpool, which puts values back where they came
 * from, is that gradient. Where they do, values are added up in their cells by ScatterElements. For windows of 3 × 3 by
 * steps of 2 over [32, 32, 32, 32] that takes 4 ms; four times MaxUnpool, of every other window along each axis, took
 * 10 ms together.
 *
 * The gradient of an average is spread evenly over its window: a transposed convolution of each channel with ones.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { type Attributes, int, intOf, ints, intsOf } from "../attributes.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import {
  type Application,
  input,
  inputType,
  misfit,
  noFlops,
  type Operator,
  output,
  perElement,
  type Sizes,
} from "../operator.ts";
import { int64List, tensorOf } from "../tensors.ts";
import { shapeOf } from "./broadcasting.ts";
import { scalarLike, times } from "./constants.ts";
import { elementRatio } from "./counts.ts";
import { reshapeLike } from "./layout.ts";
import { zerosLike } from "./sizes.ts";
import { covered, positions, spatialSizes, type Window, windowAttributes, windowsOf } from "./windows.ts";

/** The windows of the pool `node`. Throws Fault "model-unsupported" where kernel_shape does not fit. */
export function poolWindows(node: GraphNode, spatial: readonly number[]): readonly Window[] {
  const kernel = intsOf(node, "kernel_shape");
  if (kernel === null || kernel.length !== spatial.length) throw misfit(node, "kernel_shape does not fit its input");
  return windowsOf(node, spatial, kernel);
}

/** How often a window of `node` fits, or with ceil_mode how often it begins inside. */
function poolSize(node: GraphNode, length: number, window: Window): number {
  const whole = positions(node, length, window);
  if (intOf(node, "ceil_mode", 0) === 0) return whole;
  const rest = (length + window.before + window.after - covered(window)) % window.stride;
  return rest > 0 && whole * window.stride < length + window.before ? whole + 1 : whole;
}

/** The shape [batch, channels, …positions]. */
function pooledShape(application: Application): readonly Dimension[] {
  const { node } = application;
  const { shape } = inputType(application, 0);
  const spatial = spatialSizes(node, shape);
  const sizes = poolWindows(node, spatial).map((window, axis) => poolSize(node, spatial[axis] ?? 0, window));
  return [...shape.slice(0, 2), ...sizes];
}

function windowCells({ node }: Sizes): number {
  return elementCount(intsOf(node, "kernel_shape") ?? []);
}

/** The maximum under each window and, as a second output, the number of its cell in the whole flat tensor. */
const maxPool: Operator = {
  name: "MaxPool",
  types: (application) => {
    const shape = pooledShape(application);
    return [
      { dataType: inputType(application, 0).dataType, shape },
      { dataType: "int64", shape },
    ];
  },
  gradient: ({ graph, node, gradient }) => [() => putBack(graph, node, gradient())],
  flops: (sizes) => perElement(windowCells(sizes))(sizes),
};

/** `gradient` added to the cells that were the maxima, zero elsewhere. */
function putBack(graph: GraphBuilder, node: GraphNode, gradient: string): string {
  const image = input(node, 0);
  const windows = poolWindows(node, spatialSizes(node, graph.typeOf(image).shape));
  if (intOf(node, "storage_order", 0) !== 0) {
    throw misfit(node, "cells must be numbered row by row", "Set storage_order to 0.");
  }
  const cells = graph.furtherOutput(node, 1);
  if (windows.some((window) => window.stride < covered(window))) return addedUp(graph, image, cells, gradient);
  // The cells are numbered in the whole tensor, so the windows do not matter; those of one cell always fit.
  const single = { kernel_shape: ints(windows.map(() => 1)) };
  return graph.add("MaxUnpool", [gradient, cells, shapeOf(graph, image)], single);
}

/** `values` added up in the cells of the given numbers of a tensor like `image`. */
function addedUp(graph: GraphBuilder, image: string, cells: string, values: string): string {
  const list = graph.constant(int64List([-1]));
  const [flatCells, flatValues] = [cells, values].map((value) => graph.add("Reshape", [value, list]));
  const zeros = graph.add("Reshape", [zerosLike(graph, image), list]);
  const sums = graph.add("ScatterElements", [zeros, flatCells ?? "", flatValues ?? ""], {
    reduction: { kind: "string", value: "add" },
  });
  return reshapeLike(graph, sums, image);
}

/** Values put into a larger tensor of zeros, each in the cell of the given number: dX = the gradient at those cells. */
const maxUnpool: Operator = {
  name: "MaxUnpool",
  types: (application) => {
    const shape = application.dimensions(2);
    if (shape === null) throw misfit(application.node, "the shape of its output must be given");
    return [{ dataType: inputType(application, 0).dataType, shape }];
  },
  gradient: ({ graph, node, gradient }) => [
    () => {
      const flat = graph.add("Reshape", [gradient(), graph.constant(int64List([-1]))]);
      return graph.add("Gather", [flat, input(node, 1)]);
    },
    null,
    null,
  ],
  flops: noFlops,
};

/** The average under each window: of all its cells, or of those that are not padding. */
const averagePool: Operator = {
  name: "AveragePool",
  types: (application) => {
    const { dilations } = application.node.attributes;
    if (dilations !== undefined) throw misfit(application.node, "windows of cells that lie apart are not supported");
    return [{ dataType: inputType(application, 0).dataType, shape: pooledShape(application) }];
  },
  gradient: ({ graph, node, gradient }) => [() => spreadBack(graph, node, gradient())],
  flops: (sizes) => perElement(windowCells(sizes))(sizes),
};

/** `gradient`, divided by the numbers of cells, added to every cell of its window. */
function spreadBack(graph: GraphBuilder, node: GraphNode, gradient: string): string {
  const [image, pooled] = [input(node, 0), output(node)];
  const spatial = spatialSizes(node, graph.typeOf(image).shape);
  const sizes = spatialSizes(node, graph.typeOf(pooled).shape);
  const windows = poolWindows(node, spatial);
  const counts = windows.map((window, axis) => countsAlong(node, window, spatial[axis] ?? 0, sizes[axis] ?? 0));
  const shares = counts.reduce<readonly number[]>(
    (all, along) => all.flatMap((share) => along.map((count) => share / count)),
    [1],
  );
  const { dataType } = graph.typeOf(image);
  const [first = 1] = shares;
  const isEven = shares.every((share) => share === first);
  const weight = isEven ? first : 1;
  const kernel = windows.map(({ size }) => size);
  const ones = graph.constant(
    tensorOf(
      dataType,
      [1, 1, ...kernel],
      Array.from({ length: elementCount(kernel) }, () => weight),
    ),
  );
  const shared = isEven ? gradient : graph.add("Mul", [gradient, graph.constant(tensorOf(dataType, sizes, shares))]);
  const single = graph.add("Reshape", [shared, graph.constant(int64List([-1, 1, ...sizes]))]);
  const spread = graph.add("ConvTranspose", [single, ones], spreadAttributes(windows, spatial, sizes));
  return reshapeLike(graph, spread, image);
}

/** The attributes of the transposed convolution that brings `sizes` positions of `windows` back to `spatial` cells. */
function spreadAttributes(
  windows: readonly Window[],
  spatial: readonly number[],
  sizes: readonly number[],
): Attributes {
  const beyond = windows.map((window, axis) => {
    const reached = ((sizes[axis] ?? 0) - 1) * window.stride + covered(window) - window.before;
    return reached - (spatial[axis] ?? 0);
  });
  const cut = windows.map((window, axis) => ({ ...window, after: Math.max(0, beyond[axis] ?? 0) }));
  return { ...windowAttributes(cut), output_padding: ints(beyond.map((cells) => Math.max(0, -cells))) };
}

/** By how many cells each of the windows along one axis of `length` cells is divided. */
function countsAlong(node: GraphNode, window: Window, length: number, windows: number): readonly number[] {
  const { size, stride, before, after } = window;
  const padded = intOf(node, "count_include_pad", 0) !== 0;
  return Array.from({ length: windows }, (_, at) => {
    const start = at * stride - before;
    const end = Math.min(start + size, padded ? length + after : length);
    return end - (padded ? start : Math.max(0, start));
  });
}

/** The shape [batch, channels, 1, …]. */
function onePosition(application: Application): ReturnType<Operator["types"]> {
  const { dataType, shape } = inputType(application, 0);
  return [{ dataType, shape: shape.map((size, axis) => (axis < 2 ? size : 1)) }];
}

const inputElements = ({ inputs }: Sizes): number => elementCount(inputs[0] ?? []);

/** The average of all spatial cells. */
const globalAveragePool: Operator = {
  name: "GlobalAveragePool",
  types: onePosition,
  gradient: ({ graph, node, narrowGradient }) => [
    () => times(graph, narrowGradient, elementRatio(graph, output(node), input(node, 0))),
  ],
  flops: inputElements,
};

/** The maximum of all spatial cells; of several equal ones the first counts. */
const globalMaxPool: Operator = {
  name: "GlobalMaxPool",
  types: onePosition,
  gradient: ({ graph, node, gradient }) => [
    () => {
      const image = input(node, 0);
      const cells = elementCount(spatialSizes(node, graph.typeOf(image).shape));
      const flat = (value: string): string => graph.add("Reshape", [value, graph.constant(int64List([0, 0, -1]))]);
      const first = graph.add("ArgMax", [flat(image)], { axis: int(2) });
      const numbers = graph.constant(int64List(Array.from({ length: cells }, (_, cell) => cell)));
      const isFirst = graph.add("Equal", [numbers, first]);
      return reshapeLike(graph, graph.add("Where", [isFirst, flat(gradient()), scalarLike(graph, 0, image)]), image);
    },
  ],
  flops: inputElements,
};

/** The operators of this family. */
export const poolingOperators: readonly Operator[] = [
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  maxUnpool,
];
