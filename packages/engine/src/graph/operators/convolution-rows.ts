/**
 * The gradient of convolutions with respect to their weights, as products of rows.
 *
 * Along the last axes, a matrix product over the batch and the other axes pairs every cell with every position, and a
 * constant matrix of zeros and ones adds up the pairs that belong to each tap. It computes more than is needed but with
 * whole rows, while the convolution of a group of one channel copies every window for the sake of a product with a
 * single row.
 *
 * @module
 */
import { elementCount, present } from "@potluck/core";
import { int, ints } from "../attributes.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { int64List, tensorOf } from "../tensors.ts";
import type { Slid } from "./slid.ts";
import type { Window } from "./windows.ts";

/** At most so many pairs of a cell and a position along the axes that one product of rows covers. */
const MAX_PAIRS = 8192;

/** The sizes of the form by rows. */
export interface Rows {
  /** Channels and filters of one group. */
  readonly channels: number;
  readonly filters: number;
  readonly cells: readonly number[];
  readonly positions: readonly number[];
  /** How many of the spatial axes the products do not cover: along these, rows are cut out for every tap. */
  readonly outer: number;
}

/** The sizes that the form by rows has for `slid`. */
export function rowsOf(graph: GraphBuilder, { image, map, windows, groups }: Slid): Rows {
  const [imageShape, mapShape] = [graph.typeOf(image).shape, graph.typeOf(map).shape];
  const [cells, positions] = [imageShape, mapShape].map((shape) => shape.slice(2).map(Number));
  const counts = { cells: cells ?? [], positions: positions ?? [] };
  const pairs = (outer: number): number =>
    elementCount(counts.cells.slice(outer)) * elementCount(counts.positions.slice(outer));
  const outer = windows.findIndex((_, axis) => pairs(axis) <= MAX_PAIRS);
  return {
    ...counts,
    channels: Number(imageShape[1]) / groups,
    filters: Number(mapShape[1]) / groups,
    outer: outer < 0 ? windows.length : outer,
  };
}

/** The gradient with respect to the weights, with as many elements as these in their order. */
export function byRows(graph: GraphBuilder, slid: Slid, rows: Rows): string {
  const { windows, groups } = slid;
  const { outer, cells, positions, channels, filters } = rows;
  const image = byGroups(graph, slid.image, { groups, channels, sizes: cells, outer });
  const map = byGroups(graph, slid.map, { groups, channels: filters, sizes: positions, outer });
  const chosen = windows.slice(outer);
  const choice = chosen.length === 0 ? null : choiceOfPairs(graph, rows, chosen, image);
  const weights = groups * filters * channels;
  const parts = combinations(windows.slice(0, outer).map(({ size }) => size)).map((tap) => {
    const spans = tap.map((at, axis) => spanUnder(windows[axis], at, cells[axis] ?? 0, positions[axis] ?? 0));
    if (spans.some(({ count }) => count <= 0)) return zeros(graph, [weights, taps(chosen)], image);
    const under = cutOut(
      graph,
      image,
      spans.map(({ cell, count, stride }) => ({ start: cell, count, step: stride })),
    );
    const at = cutOut(
      graph,
      map,
      spans.map(({ position, count }) => ({ start: position, count, step: 1 })),
    );
    const pairs = pairedRows(graph, [under, at], groups, rows);
    return choice === null ? pairs : graph.add("MatMul", [pairs, choice]);
  });
  return parts.length === 1 ? (parts[0] ?? "") : graph.add("Concat", parts, { axis: int(1) });
}

function taps(windows: readonly Window[]): number {
  return elementCount(windows.map(({ size }) => size));
}

function zeros(graph: GraphBuilder, shape: readonly number[], like: string): string {
  const numbers = Array.from({ length: elementCount(shape) }, () => 0);
  return graph.constant(tensorOf(graph.typeOf(like).dataType, shape, numbers));
}

interface Grouping {
  readonly groups: number;
  readonly channels: number;
  readonly sizes: readonly number[];
  readonly outer: number;
}

/** [batch, groups · channels, …sizes] as [groups, batch, …outer sizes, channels, product of the other sizes]. */
function byGroups(graph: GraphBuilder, value: string, { groups, channels, sizes, outer }: Grouping): string {
  const shape = [0, groups, channels, ...sizes.slice(0, outer), elementCount(sizes.slice(outer))];
  const apart = graph.add("Reshape", [value, graph.constant(int64List(shape))]);
  const order = [1, 0, ...sizes.slice(0, outer).map((_, axis) => axis + 3), 2, outer + 3];
  return graph.add("Transpose", [apart], { perm: ints(order) });
}

/** The positions along one axis where a tap does not lie on padding, and the cells that it lies on there. */
interface Span {
  readonly position: number;
  readonly cell: number;
  readonly stride: number;
  readonly count: number;
}

function spanUnder(window: Window | undefined, tap: number, cells: number, positions: number): Span {
  const { stride, dilation, before } = present(window, "a window for each spatial axis");
  const offset = tap * dilation - before;
  const position = Math.max(0, Math.ceil(-offset / stride));
  const last = Math.min(positions - 1, Math.floor((cells - 1 - offset) / stride));
  return { position, cell: position * stride + offset, stride, count: last - position + 1 };
}

interface Cut {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** Cuts along the axes after the groups and the batch; axes that stay whole are left out. */
function cutOut(graph: GraphBuilder, value: string, cuts: readonly Cut[]): string {
  const { shape } = graph.typeOf(value);
  const real = cuts.flatMap((cut, at) => (cut.count === shape[at + 2] ? [] : [{ ...cut, axis: at + 2 }]));
  if (real.length === 0) return value;
  const ends = real.map(({ start, count, step }) => start + (count - 1) * step + 1);
  const lists = [real.map(({ start }) => start), ends, real.map(({ axis }) => axis), real.map(({ step }) => step)];
  return graph.add("Slice", [value, ...lists.map((list) => graph.constant(int64List(list)))]);
}

/** For each weight between a filter and a channel of its group the sums of all pairs, [weights, positions · cells]. */
function pairedRows(graph: GraphBuilder, [image, map]: readonly [string, string], groups: number, rows: Rows): string {
  const { outer, channels, filters } = rows;
  const cells = elementCount(rows.cells.slice(outer));
  const positions = elementCount(rows.positions.slice(outer));
  const reshaped = (value: string, shape: readonly number[]): string =>
    graph.add("Reshape", [value, graph.constant(int64List(shape))]);
  const [imageRows, mapRows] = [
    reshaped(image, [groups, -1, channels * cells]),
    reshaped(map, [groups, -1, filters * positions]),
  ];
  const pairs = graph.add("MatMul", [graph.add("Transpose", [mapRows], { perm: ints([0, 2, 1]) }), imageRows]);
  const flat = [groups * filters * channels, positions * cells];
  if (channels === 1) return reshaped(pairs, flat);
  const apart = reshaped(pairs, [groups, filters, positions, channels, cells]);
  return reshaped(graph.add("Transpose", [apart], { perm: ints([0, 1, 3, 2, 4]) }), flat);
}

/** The matrix of ones where a pair of a position and a cell belongs to a tap, [positions · cells, taps]. */
function choiceOfPairs(graph: GraphBuilder, rows: Rows, windows: readonly Window[], like: string): string {
  const [cells, positions] = [rows.cells.slice(rows.outer), rows.positions.slice(rows.outer)];
  const [allCells, allTaps] = [combinations(cells), combinations(windows.map(({ size }) => size))];
  const numbers = combinations(positions).flatMap((position) =>
    allCells.flatMap((cell) =>
      allTaps.map((tap) => {
        const meets = windows.every(({ stride, dilation, before }, axis) => {
          const reached = (position[axis] ?? 0) * stride + (tap[axis] ?? 0) * dilation - before;
          return reached === cell[axis];
        });
        return meets ? 1 : 0;
      }),
    ),
  );
  const { dataType } = graph.typeOf(like);
  return graph.constant(tensorOf(dataType, [elementCount(positions) * allCells.length, allTaps.length], numbers));
}

/** All lists of one number below each of `sizes`, the last number running fastest. */
function combinations(sizes: readonly number[]): readonly (readonly number[])[] {
  return sizes.reduce<readonly (readonly number[])[]>(
    (lists, size) => lists.flatMap((list) => Array.from({ length: size }, (_, number) => [...list, number])),
    [[]],
  );
}
