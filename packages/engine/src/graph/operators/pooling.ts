/**
 * Pooling: the maximum under each window, and its inverse.
 *
 * The gradient of a maximum goes to the cell that was the maximum. Where windows do not overlap, each cell is the
 * maximum of at most one window, and MaxUnpool, which puts values back where they came from, is that gradient.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { intOf, ints, intsOf } from "../attributes.ts";
import { describe } from "../check.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { input, inputType, misfit, noFlops, type Operator, perElement, type Sizes } from "../operator.ts";
import { int64List } from "../tensors.ts";
import { shapeOf } from "./broadcasting.ts";
import { covered, positions, spatialSizes, type Window, windowsOf } from "./windows.ts";

function poolWindows(node: GraphNode, spatial: readonly number[]): readonly Window[] {
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

/** The maximum under each window and, as a second output, the number of its cell in the whole flat tensor. */
const maxPool: Operator = {
  name: "MaxPool",
  types: (application) => {
    const { node } = application;
    const { dataType, shape } = inputType(application, 0);
    const spatial = spatialSizes(node, shape);
    const sizes = poolWindows(node, spatial).map((window, axis) => poolSize(node, spatial[axis] ?? 0, window));
    const pooled = [...shape.slice(0, 2), ...sizes];
    return [
      { dataType, shape: pooled },
      { dataType: "int64", shape: pooled },
    ];
  },
  gradient: ({ graph, node, gradient }) => [() => putBack(graph, node, gradient())],
  flops: (sizes) => perElement(windowCells(sizes))(sizes),
};

function windowCells({ node }: Sizes): number {
  return (intsOf(node, "kernel_shape") ?? []).reduce((product, size) => product * size, 1);
}

/** `gradient` at the cells that were the maxima, zero elsewhere. */
function putBack(graph: GraphBuilder, node: GraphNode, gradient: string): string {
  const image = input(node, 0);
  const windows = poolWindows(node, spatialSizes(node, graph.typeOf(image).shape));
  if (windows.some((window) => window.stride < covered(window))) throw overlapping(node);
  if (intOf(node, "storage_order", 0) !== 0) throw misfit(node, "cells must be numbered row by row");
  // The cells are numbered in the whole tensor, so the windows do not matter; those of one cell always fit.
  const cells = { kernel_shape: ints(windows.map(() => 1)) };
  return graph.add("MaxUnpool", [gradient, graph.furtherOutput(node, 1), shapeOf(graph, image)], cells);
}

function overlapping(node: GraphNode): Fault {
  return new Fault(
    "model-unsupported",
    `${describe(node)} has windows that overlap, which cannot be trained yet`,
    "Choose a stride of at least the size of the window.",
  );
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

/** The operators of this family. */
export const poolingOperators: readonly Operator[] = [maxPool, maxUnpool];
