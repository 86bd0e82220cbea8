/**
 * Shapes as values: lists of sizes that nodes such as Reshape, Split and Pad ask for.
 *
 * @module
 */
import { int } from "../attributes.ts";
import { dimensionTerms } from "../dimensions.ts";
import type { DataType, Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { misfit } from "../operator.ts";
import { fixedShape } from "../shape-arithmetic.ts";
import { int64List, scalarTensor } from "../tensors.ts";
import { sameShape, shapeOf } from "./broadcasting.ts";

/** What the sizes of a gradient are computed from while the graph runs: the shapes of inputs and outputs of a node. */
export interface SizeSources {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
}

/**
 * `dimensions` as a list of int64: a constant where they are known, else computed from the shapes of the inputs and
 * outputs of `node`. Throws Fault "model-unsupported" for a name that none of these has.
 */
export function sizesValue({ graph, node }: SizeSources, dimensions: readonly Dimension[]): string {
  const known = fixedShape(dimensions);
  if (known !== null) return graph.constant(int64List(known));
  const whole = valuesOf(node).find((value) => sameShape(graph.typeOf(value).shape, dimensions));
  if (whole !== undefined) return graph.add("Shape", [whole]);
  const parts = runs(dimensions).map((run) => {
    const numbers = fixedShape(run);
    return numbers === null ? sizeValue({ graph, node }, run[0] ?? 1) : graph.constant(int64List(numbers));
  });
  return parts.length === 1 ? (parts[0] ?? "") : graph.add("Concat", parts, { axis: int(0) });
}

function valuesOf({ inputs, outputs }: GraphNode): readonly string[] {
  return [...inputs, ...outputs].filter((value) => value !== "");
}

/** `dimensions` cut into lists of numbers and lists of one name. */
function runs(dimensions: readonly Dimension[]): readonly (readonly Dimension[])[] {
  const found: Dimension[][] = [];
  for (const size of dimensions) {
    const last = found.at(-1);
    if (typeof size === "number" && typeof last?.at(-1) === "number") last.push(size);
    else found.push([size]);
  }
  return found;
}

/** One dimension as a list of one. */
function sizeValue(sources: SizeSources, dimension: Dimension): string {
  const { graph, node } = sources;
  if (typeof dimension === "number") return graph.constant(int64List([dimension]));
  for (const value of valuesOf(node)) {
    const axis = graph.typeOf(value).shape.indexOf(dimension);
    if (axis >= 0) return graph.add("Shape", [value], { start: int(axis), end: int(axis + 1) });
  }
  const terms = dimensionTerms(dimension);
  if (terms.length === 1 && terms[0]?.length === 1) {
    throw misfit(node, `the size "${dimension}" of its gradient is none of its inputs or outputs`);
  }
  const products = terms.map((factors) =>
    combined(
      graph,
      "Mul",
      factors.map((factor) => sizeValue(sources, factor)),
    ),
  );
  return combined(graph, "Add", products);
}

function combined(graph: GraphBuilder, operator: "Add" | "Mul", values: readonly string[]): string {
  return values.reduce((left, right) => graph.add(operator, [left, right]));
}

/** `value` in the shape `dimensions`, of as many elements; names in it are those of inputs or outputs of `node`. */
export function reshapeTo(sources: SizeSources, value: string, dimensions: readonly Dimension[]): string {
  const { graph } = sources;
  if (sameShape(graph.typeOf(value).shape, dimensions)) return value;
  const names = dimensions.filter((size) => typeof size === "string");
  const target = names.length > 1 ? dimensions : dimensions.map((size) => (typeof size === "string" ? -1 : size));
  return graph.add("Reshape", [value, sizesValue(sources, target)]);
}

/** The part of `value` along `axis` from `start` to before `end`; backwards where `step` is −1. */
export function sliceAxis(graph: GraphBuilder, value: string, axis: number, [start, end, step]: Part): string {
  const lists = [[start], [end], [axis], ...(step === 1 ? [] : [[step]])];
  return graph.add("Slice", [value, ...lists.map((list) => graph.constant(int64List(list)))]);
}

/** First place, end and step of a part of an axis. */
type Part = readonly [start: number, end: number, step: number];

/** `value` with zeros before and after it along `axis`. */
export function padAxis(graph: GraphBuilder, value: string, axis: number, [before, after]: Margins): string {
  if (before === 0 && after === 0) return value;
  const rank = graph.typeOf(value).shape.length;
  const pads = Array.from({ length: 2 * rank }, (_, at) => {
    if (at === axis) return before;
    return at === axis + rank ? after : 0;
  });
  return graph.add("Pad", [value, graph.constant(int64List(pads))]);
}

/** How many zeros come before and after. */
type Margins = readonly [before: number, after: number];

/** Zeros in the shape of `value`. */
export function zerosLike(graph: GraphBuilder, value: string): string {
  return zerosOf(graph, shapeOf(graph, value), graph.typeOf(value).dataType);
}

/** Zeros of an element type in the shape that the value `sizes` lists. */
export function zerosOf(graph: GraphBuilder, sizes: string, dataType: DataType): string {
  const value = { ...scalarTensor(dataType, 0), shape: [1] };
  return graph.add("ConstantOfShape", [sizes], { value: { kind: "tensor", value } });
}
