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
import { misfit } from "../operator.ts";

/** The windows along one axis. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** The windows of `node` along each spatial axis of sizes `spatial`; `kernel` holds the sizes of the windows. */
export function windowsOf(node: GraphNode, spatial: readonly number[], kernel: readonly number[]): readonly Window[] {
  const ones = spatial.map(() => 1);
  const strides = intsOf(node, "strides") ?? ones;
  const dilations = intsOf(node, "dilations") ?? ones;
  const pads = intsOf(node, "pads") ?? [];
  const automatic = textOf(node, "auto_pad", "NOTSET");
  return spatial.map((length, axis) => {
    const size = kernel[axis] ?? 1;
    const bare = { size, stride: strides[axis] ?? 1, dilation: dilations[axis] ?? 1 };
    if (automatic === "NOTSET") {
      return { ...bare, before: pads[axis] ?? 0, after: pads[axis + spatial.length] ?? 0 };
    }
    return { ...bare, ...automaticPadding(automatic, length, bare) };
  });
}

/** The padding that the attribute auto_pad stands for: none, or so much that the stride divides the output's size. */
function automaticPadding(
  mode: string,
  length: number,
  window: Omit<Window, "before" | "after">,
): Pick<Window, "before" | "after"> {
  if (mode === "VALID") return { before: 0, after: 0 };
  const needed = (Math.ceil(length / window.stride) - 1) * window.stride + covered(window) - length;
  const total = Math.max(0, needed);
  const smaller = Math.floor(total / 2);
  return mode === "SAME_LOWER"
    ? { before: total - smaller, after: smaller }
    : { before: smaller, after: total - smaller };
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
    throw misfit(node, `the spatial size "${size}" is not known before the graph runs`);
  });
}
