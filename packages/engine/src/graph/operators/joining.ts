/**
 * Operators that join tensors along an axis, take them apart again, and repeat them.
 *
 * @module
 */
import { int, intOf } from "../attributes.ts";
import { dimensionDifference, dimensionProduct, dimensionQuotient, dimensionSum, shapeText } from "../dimensions.ts";
import type { Dimension } from "../graph.ts";
import { type Application, input, inputType, misfit, noFlops, type Operator, output } from "../operator.ts";
import { type DimensionsRule, fixedShape } from "../shape-arithmetic.ts";
import { axisOf, knownDimensions } from "./axes.ts";
import { reduceSum } from "./broadcasting.ts";
import { reshapeTo, type SizeSources, sizesValue, zerosLike } from "./sizes.ts";

type Shape = readonly Dimension[];

function joinedShape({ node, inputs }: Application, shapes: readonly Shape[]): Shape {
  const rank = shapes[0]?.length ?? 0;
  const axis = axisOf(node, 0, rank);
  return Array.from({ length: rank }, (_, at) => {
    const sizes = shapes.map((shape) => shape[at] ?? 1);
    if (at === axis) return dimensionSum(sizes);
    const known = sizes.find((size) => typeof size === "number") ?? sizes[0] ?? 1;
    const fits = sizes.every((size) => size === known || typeof size !== typeof known);
    if (fits && shapes.length === inputs.length && shapes.every((shape) => shape.length === rank)) return known;
    throw misfit(node, `${shapes.map(shapeText).join(" and ")} cannot be joined along axis ${axis}`);
  });
}

/** What a joined list holds: for each place before the axis, the parts of all inputs one after another. */
const joinedDimensions: DimensionsRule = ({ node, inputs, dimensions }) => {
  const parts = inputs.map((type, at) => ({ held: dimensions(at), shape: fixedShape(type?.shape ?? []) }));
  const [first] = parts;
  if (first === undefined || first.shape === null) return null;
  const axis = axisOf(node, 0, first.shape.length);
  const before = first.shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const rows: Dimension[] = [];
  for (let row = 0; row < before; row++) {
    for (const { held } of parts) {
      if (held === null) return null;
      const length = held.length / before;
      rows.push(...held.slice(row * length, (row + 1) * length));
    }
  }
  return rows;
};

/** The inputs one after another along one axis. */
const concat: Operator = {
  name: "Concat",
  types: (application) => {
    const types = application.inputs.map((_, at) => inputType(application, at));
    const shapes = types.map(({ shape }) => shape);
    return [{ dataType: inputType(application, 0).dataType, shape: joinedShape(application, shapes) }];
  },
  dimensions: joinedDimensions,
  gradient: ({ graph, node, gradient }) => {
    const axis = axisOf(node, 0, graph.typeOf(input(node, 0)).shape.length);
    let parts: readonly string[] | null = null;
    return node.inputs.map((_, at) => () => {
      parts ??= partsOf({ graph, node }, gradient(), axis);
      return parts[at] ?? "";
    });
  },
  flops: noFlops,
};

/** `gradient` taken apart along `axis` into parts of the sizes of the inputs of the node. */
function partsOf({ graph, node }: SizeSources, gradient: string, axis: number): readonly string[] {
  if (node.inputs.length === 1) return [gradient];
  const sizes = node.inputs.map((value) => graph.typeOf(value).shape[axis] ?? 1);
  const name = graph.fresh("Split");
  const outputs = sizes.map(() => graph.fresh(name));
  const inputs = [gradient, sizesValue({ graph, node }, sizes)];
  graph.append({ name, operator: "Split", domain: "", inputs, outputs, attributes: { axis: int(axis) } });
  return outputs;
}

/** How large the parts are: listed in the second input, or as equal as they can be, the last one smaller. */
function partSizes(application: Application, whole: Dimension): Shape {
  const { node } = application;
  if (application.inputs[1]) {
    const sizes = knownDimensions(application, 1);
    if (dimensionDifference(dimensionSum(sizes), whole) === 0) return sizes;
    throw misfit(node, `parts of ${sizes.join(", ")} are not an axis of ${whole}`);
  }
  const count = intOf(node, "num_outputs", node.outputs.length);
  const equal = typeof whole === "number" ? Math.ceil(whole / count) : dimensionQuotient(whole, count);
  const last = equal === null ? -1 : dimensionDifference(whole, dimensionProduct([equal, count - 1]));
  if (equal === null || Number(last) < 0) throw misfit(node, `an axis of ${whole} has no ${count} equal parts`);
  return Array.from({ length: count }, (_, at) => (at === count - 1 ? last : equal));
}

/** Parts of a tensor along one axis. */
const split: Operator = {
  name: "Split",
  types: (application) => {
    const { dataType, shape } = inputType(application, 0);
    const axis = axisOf(application.node, 0, shape.length);
    const sizes = partSizes(application, shape[axis] ?? 1);
    const { node } = application;
    if (node.outputs.length > sizes.length) {
      throw misfit(node, `it has ${node.outputs.length} outputs for ${sizes.length} parts`);
    }
    return sizes.map((size) => ({ dataType, shape: shape.with(axis, size) }));
  },
  gradient: ({ graph, node, gradientOf }) => [
    () => {
      const axis = axisOf(node, 0, graph.typeOf(input(node, 0)).shape.length);
      const parts = node.outputs.map((value, at) => gradientOf(at) ?? zerosLike(graph, value));
      return parts.length === 1 ? (parts[0] ?? "") : graph.add("Concat", parts, { axis: int(axis) });
    },
    null,
  ],
  flops: noFlops,
};

/** The tensor as often as asked along every axis. */
const tile: Operator = {
  name: "Tile",
  types: (application) => {
    const { dataType, shape } = inputType(application, 0);
    const repeats = knownDimensions(application, 1);
    if (repeats.length !== shape.length) {
      throw misfit(application.node, `${shapeText(repeats)} repeats of a tensor of the shape ${shapeText(shape)}`);
    }
    return [{ dataType, shape: shape.map((size, axis) => dimensionProduct([size, repeats[axis] ?? 1])) }];
  },
  dimensions: (application) => {
    const [held, repeats] = [application.dimensions(0), application.dimensions(1)];
    if (held === null || repeats?.length !== 1) return null;
    return Array.from({ length: Number(repeats[0]) }, () => held).flat();
  },
  gradient: ({ graph, node, gradient }) => [() => sumOfRepeats({ graph, node }, gradient()), null],
  flops: noFlops,
};

/** Every repeated axis becomes two, the repeats and what is repeated, and the repeats are added up. */
function sumOfRepeats({ graph, node }: SizeSources, gradient: string): string {
  const [narrow, wide] = [input(node, 0), output(node)].map((value) => graph.typeOf(value).shape);
  const apart: Dimension[] = [];
  const summed: number[] = [];
  narrow?.forEach((size, axis) => {
    const repeats = dimensionQuotient(wide?.[axis] ?? 1, size) ?? 1;
    if (repeats !== 1) {
      summed.push(apart.length);
      apart.push(repeats);
    }
    apart.push(size);
  });
  if (summed.length === 0) return gradient;
  return reduceSum(graph, reshapeTo({ graph, node }, gradient, apart), summed, false);
}

/** The operators of this family. */
export const joiningOperators: readonly Operator[] = [concat, split, tile];
