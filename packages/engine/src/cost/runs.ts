/**
 * What kernels do besides arithmetic and plain reading and writing.
 *
 * Runs are the pieces that a kernel works off one after another: rows, matrices, images. Between two of them it has
 * something to do that takes the same time however short they are, so adding one number to each row takes longer than
 * its bytes say. Convolutions copy every window before they multiply.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { intOf, intsOf } from "../graph/attributes.ts";
import { elementBytes } from "../graph/element-types.ts";
import type { Sizes } from "../graph/operator.ts";
import type { WorkKind } from "./work.ts";

type Shape = readonly number[];

/** Moving an element by itself takes this share of the time of a run. */
const ELEMENTS_PER_RUN = 4;

/** How many runs one use of an operator takes. */
export function runsOf(kind: WorkKind, { node, inputs, outputs }: Sizes): number {
  const [input = []] = inputs;
  const [output = []] = outputs;
  switch (kind) {
    case "alias":
    case "constant":
    case "reordering":
      return 0;
    case "convolution":
    case "grouped-convolution":
    case "grouped-transposed-convolution":
    case "transposed-convolution":
    case "wide-convolution":
      return (input[0] ?? 1) * intOf(node, "group", 1);
    case "elementwise":
      return broadcastRuns(inputs, output);
    case "normalisation":
      // Layers are normalised row by row, images channel by channel.
      return node.operator === "LayerNormalization" ? rows(input) : elementCount(input.slice(0, 2));
    case "reduction":
      return reducedRuns(input, output);
    case "blocked-convolution":
    case "function":
    case "indexed-pooling":
    case "movement":
    case "pooling":
      return rows(output);
    case "product":
      return elementCount(output.slice(0, -2));
    case "transposition":
      return transposedRuns(input, intsOf(node, "perm"));
  }
}

/** The bytes of all windows of a convolution of so many floating-point operations, of which each needs half an element. */
export function windowBytes({ node, inputs }: Sizes, flops: number): number {
  const weights = inputs[1] ?? [];
  const filters = (weights[0] ?? 1) / intOf(node, "group", 1);
  return (elementBytes.float32 * flops) / (2 * filters);
}

/** The last axis is contiguous. */
function rows(shape: Shape): number {
  return elementCount(shape.slice(0, -1));
}

/** Sums of rows are one each; sums over other axes, which leave the last one, take up each element by itself. */
function reducedRuns(input: Shape, output: Shape): number {
  const keepsLast = output.length > 0 && output.at(-1) === input.at(-1);
  return keepsLast ? elementCount(input) / ELEMENTS_PER_RUN : rows(input);
}

/** A run goes on while each input is either read on or stands still. */
function broadcastRuns(inputs: readonly Shape[], output: Shape): number {
  const stands = (shape: Shape, axis: number): boolean => (shape[axis - output.length + shape.length] ?? 1) === 1;
  const wide = output.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const patterns = wide.map((axis) => inputs.map((shape) => stands(shape, axis)).join());
  const first = patterns.findLastIndex((pattern) => pattern !== patterns.at(-1));
  return elementCount(output.slice(0, first < 0 ? 0 : (wide[first] ?? 0) + 1));
}

/** The last axes that keep their places are moved together; one axis that changes its place among others is no run. */
function transposedRuns(shape: Shape, order: readonly number[] | null): number {
  const places = order ?? shape.map((_, axis) => shape.length - 1 - axis);
  const lastMoved = places.findLastIndex((place, axis) => place !== axis);
  if (lastMoved < shape.length - 1) return elementCount(shape.slice(0, lastMoved + 1));
  return movesOneAxis(places) ? 0 : elementCount(shape) / ELEMENTS_PER_RUN;
}

function movesOneAxis(places: readonly number[]): boolean {
  return places.some((_, moved) => isAscending(places.toSpliced(moved, 1)));
}

function isAscending(places: readonly number[]): boolean {
  return places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0));
}
