/**
 * Windows: what convolution and pooling slide over their spatial axes.
 *
 * Along one axis of size n, padded by p before and q after, a window of k cells that are d apart covers
 * w = (k − 1) · d + 1 cells, and moving by s it fits ⌊(n + p + q − w) ÷ s⌋ + 1 times.
 *
 * @module
 */
import { type Attributes, ints, intsOf, textOf } from "../attributes.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import { FIXED_SIZES, misfit } from "../operator.ts";

/** The windows along one axis. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** A window without its padding. */
type BareWindow = Omit<Window, "before" | "after">;

/** The windows of `node` along each spatial axis of sizes `spatial`; `kernel` holds the sizes of the windows. */
export function windowsOf(node: GraphNode, spatial: readonly number[], kernel: readonly number[]): readonly Window[] {
  const mode = textOf(node, "auto_pad", "NOTSET");
  const padded = mode === "SAME_UPPER" || mode === "SAME_LOWER";
  return bareWindows(node, kernel).map((window, axis) => {
    const length = spatial[axis] ?? 0;
    if (!padded) return { ...window, ...givenPadding(node, axis, spatial.length) };
    const needed = (Math.ceil(length / window.stride) - 1) * window.stride + covered(window) - length;
    return { ...window, ...splitPadding(mode, needed) };
  });
}

/** The windows of a transposed convolution. */
export interface TransposedWindows {
  readonly windows: readonly Window[];
  /** The spatial sizes of the output. */
  readonly sizes: readonly number[];
}

/**
 * The windows of the transposed convolution `node`, which moves them over its output, from the sizes of its input.
 * The padding is given, or follows from the output's size: that of output_shape, or the input's times the stride.
 */
export function transposedWindowsOf(
  node: GraphNode,
  spatial: readonly number[],
  kernel: readonly number[],
): TransposedWindows {
  const mode = textOf(node, "auto_pad", "NOTSET");
  const asked = intsOf(node, "output_shape")?.slice(-spatial.length);
  const extra = intsOf(node, "output_padding") ?? [];
  const along = bareWindows(node, kernel).map((window, axis) => {
    const [length, rest] = [spatial[axis] ?? 0, extra[axis] ?? 0];
    if (rest >= window.stride) {
      throw misfit(node, `output_padding ${rest} is not below the stride ${window.stride}`);
    }
    const whole = (length - 1) * window.stride + covered(window) + rest;
    const wanted = asked?.[axis] ?? (mode.startsWith("SAME") ? length * window.stride : null);
    const padding = wanted === null ? givenPadding(node, axis, spatial.length) : splitPadding(mode, whole - wanted);
    return { window: { ...window, ...padding }, size: whole - padding.before - padding.after };
  });
  along.forEach(({ size }, axis) => {
    if (asked !== undefined && size !== asked[axis]) {
      throw misfit(node, `it cannot make ${String(asked[axis])} of ${size} cells`);
    }
  });
  return { windows: along.map(({ window }) => window), sizes: along.map(({ size }) => size) };
}

function bareWindows(node: GraphNode, kernel: readonly number[]): readonly BareWindow[] {
  const [strides, dilations] = [intsOf(node, "strides"), intsOf(node, "dilations")];
  return kernel.map((size, axis) => ({ size, stride: strides?.[axis] ?? 1, dilation: dilations?.[axis] ?? 1 }));
}

/** The padding that the attribute pads says; the name VALID stands for none. */
function givenPadding(node: GraphNode, axis: number, axes: number): Pick<Window, "before" | "after"> {
  const pads = textOf(node, "auto_pad", "NOTSET") === "VALID" ? [] : (intsOf(node, "pads") ?? []);
  return { before: pads[axis] ?? 0, after: pads[axis + axes] ?? 0 };
}

/** Padding of `total` cells, if any, the odd one after where the mode is SAME_UPPER and else before. */
function splitPadding(mode: string, total: number): Pick<Window, "before" | "after"> {
  const smaller = Math.floor(Math.max(0, total) / 2);
  const larger = Math.max(0, total) - smaller;
  return mode === "SAME_UPPER" ? { before: smaller, after: larger } : { before: larger, after: smaller };
}

/** How many cells a window covers, those between its own included. */
export function covered({ size, dilation }: Pick<Window, "size" | "dilation">): number {
  return (size - 1) * dilation + 1;
}

/** How often a window fits. Throws Fault "model-unsupported", naming `node`, where it does not fit at all. */
export function positions(node: GraphNode, length: number, window: Window): number {
  const { before, after, stride } = window;
  const room = length + before + after - covered(window);
  if (room >= 0) return Math.floor(room / stride) + 1;
  throw misfit(node, `a window over ${covered(window)} cells does not fit into ${length + before + after}`);
}

/** The attributes that say these windows, to which others may be added. */
export function windowAttributes(windows: readonly Window[]): Attributes {
  return {
    strides: ints(windows.map(({ stride }) => stride)),
    dilations: ints(windows.map(({ dilation }) => dilation)),
    pads: ints([...windows.map(({ before }) => before), ...windows.map(({ after }) => after)]),
  };
}

/** The spatial axes of a shape: all but the first two. Throws Fault "model-unsupported" where a size is not known. */
export function spatialSizes(node: GraphNode, shape: readonly Dimension[]): readonly number[] {
  return shape.slice(2).map((size) => {
    if (typeof size === "number") return size;
    throw misfit(node, `the spatial size "${size}" is not known before the graph runs`, FIXED_SIZES);
  });
}
