/**
 * The weights of interpolation along one axis.
 *
 * The new cell i lies at the place x(i) among the old cells, which have whole numbers; how, the coordinate mode says.
 * "nearest" takes the cell next to x; "linear" the two around it, by their distance; "cubic" four, by the convolution
 * kernel of R. Keys, "Cubic convolution interpolation for digital image processing", 1981, with the slope a.
 *
 * @module
 */
import { floatOf, intOf, textOf } from "../../graph/attributes.ts";
import type { GraphNode } from "../../graph/graph.ts";
import { misfit } from "../../graph/operator.ts";

/** An axis that gets another size. */
export interface Sizes {
  readonly size: number;
  readonly newSize: number;
  /** newSize ÷ size before it was rounded. */
  readonly scale: number;
}

/** How new cells are made from old ones. */
export interface Interpolation {
  /** Where the new cell `at` lies among the old ones. */
  readonly place: (at: number, sizes: Sizes) => number;
  /** The weights of old cells for a new one at the place `x`, by their numbers, which may lie outside. */
  readonly weights: (x: number) => ReadonlyMap<number, number>;
  /** Whether cells outside count nothing, instead of as much as the outermost one. */
  readonly excludesOutside: boolean;
}

/** The interpolation that a Resize node says. Throws Fault "model-unsupported" for what is not covered. */
export function interpolationOf(node: GraphNode): Interpolation {
  return {
    place: placeOf(node),
    weights: weighting(node),
    excludesOutside: intOf(node, "exclude_outside", 0) !== 0,
  };
}

function placeOf(node: GraphNode): Interpolation["place"] {
  const mode = textOf(node, "coordinate_transformation_mode", "half_pixel");
  switch (mode) {
    case "half_pixel":
      return halfPixel;
    case "pytorch_half_pixel":
      return (at, sizes) => (sizes.newSize > 1 ? halfPixel(at, sizes) : 0);
    case "half_pixel_symmetric":
      return (at, { size, newSize, scale }) => {
        const middle = (size / 2) * (1 - newSize / (scale * size));
        return middle + (at + 0.5) / scale - 0.5;
      };
    case "align_corners":
      return (at, { size, newSize }) => (newSize === 1 ? 0 : (at * (size - 1)) / (newSize - 1));
    case "asymmetric":
      return (at, { scale }) => at / scale;
    default:
      throw misfit(node, `coordinate_transformation_mode "${mode}" is not supported`);
  }
}

function halfPixel(at: number, { scale }: Sizes): number {
  return (at + 0.5) / scale - 0.5;
}

function weighting(node: GraphNode): Interpolation["weights"] {
  const mode = textOf(node, "mode", "nearest");
  switch (mode) {
    case "nearest": {
      const rounded = rounding(node);
      return (x) => new Map([[rounded(x), 1]]);
    }
    case "linear":
      return (x) => {
        const cell = Math.floor(x);
        return new Map([
          [cell, 1 - (x - cell)],
          [cell + 1, x - cell],
        ]);
      };
    case "cubic": {
      const slope = floatOf(node, "cubic_coeff_a", -0.75);
      return (x) => {
        const cell = Math.floor(x);
        return new Map([-1, 0, 1, 2].map((away) => [cell + away, cubic(Math.abs(x - cell - away), slope)]));
      };
    }
    default:
      throw misfit(node, `mode "${mode}" is not supported`);
  }
}

function rounding(node: GraphNode): (x: number) => number {
  const mode = textOf(node, "nearest_mode", "round_prefer_floor");
  switch (mode) {
    case "round_prefer_floor":
      return (x) => Math.ceil(x - 0.5);
    case "round_prefer_ceil":
      return (x) => Math.floor(x + 0.5);
    case "floor":
      return Math.floor;
    case "ceil":
      return Math.ceil;
    default:
      throw misfit(node, `nearest_mode "${mode}" is not supported`);
  }
}

/** The kernel at the distance d ≥ 0; zero from 2 on. */
function cubic(d: number, a: number): number {
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
}

/** For every new cell the weights of all old ones, which add up to 1. */
export function weightsOf(sizes: Sizes, interpolation: Interpolation): readonly (readonly number[])[] {
  return Array.from({ length: sizes.newSize }, (_, at) => rowOf(interpolation.place(at, sizes), sizes, interpolation));
}

function rowOf(x: number, { size }: Sizes, { weights, excludesOutside }: Interpolation): readonly number[] {
  const row = Array.from({ length: size }, () => 0);
  for (const [cell, weight] of weights(x)) {
    const inside = Math.min(size - 1, Math.max(0, cell));
    if (inside === cell || !excludesOutside) row[inside] = (row[inside] ?? 0) + weight;
  }
  const sum = row.reduce((total, weight) => total + weight, 0);
  return row.map((weight) => weight / sum);
}
