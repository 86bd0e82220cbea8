/**
 * Which convolutions can be done on channels in blocks, and how.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { intOf } from "../../graph/attributes.ts";
import type { Dimension, GraphNode, TensorType } from "../../graph/graph.ts";
import { spatialSizes, transposedWindowsOf, type Window, windowsOf } from "../../graph/operators/windows.ts";

/** How channels are put into blocks. */
export interface Blocks {
  /** Channels of a block. */
  readonly size: number;
  /** The size of the batch where it is known already; where it is null, the graph looks for itself. */
  readonly batch: number | null;
}

/** Says the type of each value of a graph. */
export type TypeOf = (value: string) => TensorType;

/** A convolution to be done in blocks. */
export interface Plan {
  readonly node: GraphNode;
  readonly windows: readonly Window[];
  /** The sizes of the windows. */
  readonly taps: readonly number[];
  /** Whether its weights are those of a transposed convolution: [channels, filters, …], to be turned. */
  readonly transposed: boolean;
  /** The batch, by its name, where that stands in the place of channels. */
  readonly channels: Dimension;
  /** How many these are; null where it is not known before the graph runs. */
  readonly channelCount: number | null;
  readonly filters: number;
  /** Channels of a block. */
  readonly blockSize: number;
}

/** [batch, channels, rows, columns]: there are kernels for no other images. */
const IMAGE_RANK = 4;
/** Most positions of a window with more cells touch the padding, which is slow. */
const WINDOW_CELLS = 49;

/** How `node` is to be done in blocks, or null. Windows of one cell are nothing but matrix products. */
export function planOf(node: GraphNode, typeOf: TypeOf, { size, batch }: Blocks): Plan | null {
  if (node.domain !== "" || !/^Conv(Transpose)?$/u.test(node.operator)) return null;
  const transposed = node.operator === "ConvTranspose";
  const [image = [], weights = []] = node.inputs.slice(0, 2).map((value) => typeOf(value).shape);
  if (image.length !== IMAGE_RANK || intOf(node, "group", 1) !== 1) return null;
  const [, channels = 1] = image;
  const channelCount = typeof channels === "string" ? batch : channels;
  const filters = Number(weights[transposed ? 1 : 0]);
  const fills = (count: number): boolean => count > 0 && count % size === 0;
  if (!fills(filters) || (channelCount !== null && !fills(channelCount))) return null;
  const windows = windowsAlong(node, image, weights);
  if (windows === null || windows.every((window) => window.size === 1)) return null;
  const taps = windows.map((window) => window.size);
  return { node, windows, taps, transposed, channels, channelCount, filters, blockSize: size };
}

/** The windows of the convolution that `node` is; null where it is the transpose of one with a stride. */
function windowsAlong(
  node: GraphNode,
  image: readonly Dimension[],
  weights: readonly Dimension[],
): readonly Window[] | null {
  const [spatial, kernel] = [spatialSizes(node, image), spatialSizes(node, weights)];
  if (node.operator === "Conv") return windowsOf(node, spatial, kernel);
  const { windows } = transposedWindowsOf(node, spatial, kernel);
  const turned = windows.map((window) => {
    const reach = (window.size - 1) * window.dilation;
    return { ...window, before: reach - window.before, after: reach - window.after };
  });
  return turned.every(({ stride, before, after }) => stride === 1 && before >= 0 && after >= 0) ? turned : null;
}

/** Whether the image is better padded before: where windows are wide and there is padding. */
export function isPaddedBefore({ windows, taps }: Plan): boolean {
  return elementCount(taps) > WINDOW_CELLS && windows.some(({ before, after }) => before > 0 || after > 0);
}
