/**
 * The gradient of convolutions with respect to their weights: for each tap of the windows, the sum over all positions of
 * what lies under that tap times the gradient at that position.
 *
 * That is a convolution again: the image, its batch entries taken for channels, is convolved with the output's
 * gradient, stride and dilation having changed places. The image's own channels are put behind the cells of its last
 * axis, as so many more cells. So the convolution is one large matrix product for each group, whose columns ONNX
 * Runtime gathers in runs of all channels and taps of a row; with the channels as an axis before the others the runs are
 * as short as a row of taps. Where groups are narrow, products of rows are faster: see `convolution-rows.ts`.
 *
 * Milliseconds for a batch of 32 on one thread of a 2.5 GHz Xeon, ONNX Runtime 1.30, beside PyTorch 2.13:
 *
 *     image, taps         channels, filters   groups    channels first   channels last   rows   PyTorch
 *     32 × 32, 3 × 3          16, 16               1              17.4             5.3   21.5       2.6
 *     14 × 14, 5 × 5          32, 64               1              17.5             8.3   47.2       7.2
 *     8 × 8, 3 × 3            64, 64               1               5.3             2.5   54.2       1.8
 *     32 × 32, 3 × 3          32, 32              32              58.8            40.2    8.9       6.8
 *     16 × 16, 3 × 3          96, 96              96              22.6            18.1    6.5       1.4
 *     8 × 8, 3 × 3          192, 192             192              12.5             9.7    1.9       0.8
 *     4 × 4, 3 × 3          384, 384             384               6.3             5.5    1.2       0.5
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { int, ints } from "../attributes.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { int64List } from "../tensors.ts";
import { byRows, rowsOf } from "./convolution-rows.ts";
import { reshapeLike, swapFirstAxes } from "./layout.ts";
import type { Slid } from "./slid.ts";
import { type Window, windowAttributes } from "./windows.ts";

/** Products of rows with more columns for each group take longer than the convolution. */
const MAX_COLUMNS = 128;

/** The gradient with respect to the weights [filters, channels ÷ groups, …taps], which have the shape of `like`. */
export function weightGradient(graph: GraphBuilder, slid: Slid, like: string): string {
  const counts = [slid.image, slid.map].map((value) => graph.typeOf(value).shape[1]);
  if (counts.some((count) => typeof count !== "number")) return reshapeLike(graph, byExchange(graph, slid), like);
  const rows = rowsOf(graph, slid);
  const suits = slid.groups > 1 && rows.filters * elementCount(rows.positions.slice(rows.outer)) <= MAX_COLUMNS;
  return reshapeLike(graph, suits ? byRows(graph, slid, rows) : byConvolution(graph, slid), like);
}

/** With the channels behind the cells of the last axis. */
function byConvolution(graph: GraphBuilder, { image, map, windows, groups }: Slid): string {
  const channels = Number(graph.typeOf(image).shape[1]) / groups;
  const last = windows.length - 1;
  const swapped = windows.map((window, axis) => exchanged(window, axis === last ? channels : null));
  const attributes = { ...windowAttributes(swapped), group: int(groups) };
  const found = graph.add("Conv", [channelsLast(graph, image, groups), swapFirstAxes(graph, map)], attributes);
  const [, filters = 1, ...sizes] = graph.typeOf(found).shape.map(Number);
  const cells = sizes.map((size, axis) => (axis === last ? size / channels : size));
  const apart = graph.add("Reshape", [found, graph.constant(int64List([filters, ...cells, channels]))]);
  const steps = windows.map(({ dilation }, axis) => (axis === last ? dilation : 1));
  const taps = cropped(graph, apart, { windows, steps, first: 1 });
  const order = [0, windows.length + 1, ...windows.map((_, axis) => axis + 1)];
  return graph.add("Transpose", [taps], { perm: ints(order) });
}

/** A window with stride and dilation exchanged; along the axis of `channels`, if any, it takes each of them. */
function exchanged({ size, stride, dilation, before, after }: Window, channels: number | null): Window {
  if (channels === null) return { size, stride: dilation, dilation: stride, before, after };
  return { size, stride: 1, dilation: stride * channels, before: before * channels, after: after * channels };
}

/** [batch, groups · channels, …, cells] as [1, groups · batch, …, cells · channels]. */
function channelsLast(graph: GraphBuilder, image: string, groups: number): string {
  const [, channels = 1, ...cells] = graph.typeOf(image).shape.map(Number);
  const list = (sizes: readonly number[]): string => graph.constant(int64List(sizes));
  const grouped = graph.add("Reshape", [image, list([0, groups, channels / groups, ...cells])]);
  const order = [1, 0, ...cells.map((_, axis) => axis + 3), 2];
  const turned = graph.add("Transpose", [grouped], { perm: ints(order) });
  const wide = cells.map((size, axis) => (axis === cells.length - 1 ? (size * channels) / groups : size));
  return graph.add("Reshape", [turned, list([1, -1, ...wide])]);
}

/** Where the taps lie along the axes from `first` on. */
interface Taps {
  readonly windows: readonly Window[];
  readonly steps: readonly number[];
  readonly first: number;
}

/** The taps of the windows by `steps` along each axis; where a stride left a rest, there is more behind them. */
function cropped(graph: GraphBuilder, value: string, { windows, steps, first }: Taps): string {
  const { shape } = graph.typeOf(value);
  if (windows.every(({ size }, axis) => size === shape[axis + first])) return value;
  const axes = windows.map((_, axis) => axis + first);
  const ends = windows.map(({ size }, axis) => (size - 1) * (steps[axis] ?? 1) + 1);
  const lists = [axes.map(() => 0), ends, axes, steps];
  return graph.add("Slice", [value, ...lists.map((list) => graph.constant(int64List(list)))]);
}

/**
 * With channels in the place of the batch: for channels whose number is known only when the graph runs. In the gradient
 * of a gradient these are the batch of before, and the batch is 1.
 */
function byExchange(graph: GraphBuilder, { image, map, windows, groups }: Slid): string {
  const attributes = { ...windowAttributes(windows.map((window) => exchanged(window, null))), group: int(groups) };
  const found = graph.add("Conv", [channelsFirst(graph, image, groups), swapFirstAxes(graph, map)], attributes);
  const steps = windows.map(() => 1);
  return cropped(graph, swapFirstAxes(graph, found), { windows, steps, first: 2 });
}

/** [batch, groups · channels, …] as [channels, groups · batch, …]. */
function channelsFirst(graph: GraphBuilder, image: string, groups: number): string {
  if (groups === 1) return swapFirstAxes(graph, image);
  const [batch = 1, , ...cells] = graph.typeOf(image).shape.map(Number);
  const list = (sizes: readonly number[]): string => graph.constant(int64List(sizes));
  const grouped = graph.add("Reshape", [image, list([batch, groups, -1, ...cells])]);
  const turned = graph.add("Transpose", [grouped], { perm: ints([2, 1, 0, ...cells.map((_, axis) => axis + 3)]) });
  return graph.add("Reshape", [turned, list([-1, groups * batch, ...cells])]);
}
