/**
 * Constants, and operators whose result depends on shapes alone.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { intOf } from "../attributes.ts";
import { describe } from "../check.ts";
import { dimensionDifference, dimensionProduct, dimensionQuotient } from "../dimensions.ts";
import { elementTypeCode, elementTypeOf } from "../element-types.ts";
import type { Dimension, GraphNode, TensorData } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type Application, FIXED_SIZES, inputOfRank, inputType, misfit, noFlops, type Operator } from "../operator.ts";
import { fixedShape } from "../shape-arithmetic.ts";
import { float32Tensor, int64List, scalarTensor, tensorNumbers } from "../tensors.ts";
import { knownDimensions, knownNumber } from "./axes.ts";

/** A scalar constant of the element type of `value`. */
export function scalarLike(graph: GraphBuilder, number: number, value: string): string {
  return graph.constant(scalarTensor(graph.typeOf(value).dataType, number));
}

/** The product of two values; a factor that is the scalar constant 1 is left out. */
export function times(graph: GraphBuilder, left: string, right: string): string {
  if (isOne(graph, left)) return right;
  return isOne(graph, right) ? left : graph.add("Mul", [left, right]);
}

function isOne(graph: GraphBuilder, value: string): boolean {
  const tensor = graph.constantOf(value);
  return tensor !== null && tensor.shape.length === 0 && tensorNumbers(tensor)[0] === 1;
}

/** The tensor that a Constant node holds in one of its spellings; null for the spellings that hold texts. */
export function constantTensor(node: GraphNode): TensorData | null {
  const attribute = Object.entries(node.attributes).find(([name]) => name.startsWith("value"))?.[1];
  switch (attribute?.kind) {
    case "tensor":
      return attribute.value;
    case "int":
      return scalarTensor("int64", attribute.value);
    case "ints":
      return int64List(attribute.value);
    case "float":
      return float32Tensor([], [attribute.value]);
    case "floats":
      return float32Tensor([attribute.value.length], attribute.value);
    default:
      return null;
  }
}

const constant: Operator = {
  name: "Constant",
  types: ({ node }) => {
    const tensor = constantTensor(node);
    if (tensor === null) throw misfit(node, "the constant is neither a tensor nor made of numbers");
    return [{ dataType: tensor.dataType, shape: tensor.shape }];
  },
  gradient: "zero",
  flops: noFlops,
};

/** The dimensions of a tensor: all of them, or from `start` to before `end`, which count from the end if negative. */
const shape: Operator = {
  name: "Shape",
  types: (application) => [{ dataType: "int64", shape: [listedDimensions(application).length] }],
  dimensions: listedDimensions,
  gradient: "zero",
  flops: noFlops,
};

function listedDimensions(application: Application): readonly Dimension[] {
  const { shape: all } = inputType(application, 0);
  const { node } = application;
  return all.slice(intOf(node, "start", 0), intOf(node, "end", all.length));
}

/** The number of elements of a tensor. */
const size: Operator = {
  name: "Size",
  types: () => [{ dataType: "int64", shape: [] }],
  dimensions: (application) => [dimensionProduct(inputType(application, 0).shape)],
  gradient: "zero",
  flops: noFlops,
};

/** A tensor of the given dimensions, filled with one number: 0 unless the attribute says otherwise. */
const constantOfShape: Operator = {
  name: "ConstantOfShape",
  types: (application) => [
    { dataType: fillOf(application)?.dataType ?? "float32", shape: knownDimensions(application, 0) },
  ],
  dimensions: (application) => {
    const sizes = fixedShape(knownDimensions(application, 0));
    const fill = fillOf(application);
    if (sizes === null || fill === null) return null;
    const [number = 0] = tensorNumbers(fill);
    return Array.from({ length: elementCount(sizes) }, () => number);
  },
  gradient: "zero",
  flops: noFlops,
};

function fillOf({ node }: Application): TensorData | null {
  const value = node.attributes["value"];
  return value?.kind === "tensor" ? value.value : null;
}

/** Numbers from a start to before a limit by a step. */
const range: Operator = {
  name: "Range",
  types: (application) => [{ dataType: inputType(application, 0).dataType, shape: [rangeLength(application)] }],
  dimensions: (application) => {
    const length = rangeLength(application);
    const [start, step] = [knownNumber(application, 0), knownNumber(application, 2)];
    return typeof length === "number" ? Array.from({ length }, (_, at) => start + at * step) : null;
  },
  gradient: "zero",
  flops: noFlops,
};

/** How many numbers a range has; with names in its bounds only where its steps end just at the limit. */
function rangeLength(application: Application): Dimension {
  const [start, limit, step] = [boundOf(application, 0), boundOf(application, 1), boundOf(application, 2)];
  if (typeof start === "number" && typeof limit === "number" && typeof step === "number") {
    const isSingle = inputType(application, 0).dataType === "float32";
    const span = isSingle ? Math.fround(limit - start) : limit - start;
    return Math.max(0, Math.ceil(span / step));
  }
  const count = dimensionQuotient(dimensionDifference(limit, start), step);
  if (count !== null) return count;
  throw misfit(
    application.node,
    `how many numbers it makes is not known: from ${start} to ${limit} by ${step}`,
    FIXED_SIZES,
  );
}

/** A bound of a range: a whole number that may have names in it, or a constant of floats. */
function boundOf(application: Application, at: number): Dimension {
  const tensor = application.constant(at);
  const [bound] = application.dimensions(at) ?? (tensor === null ? [] : tensorNumbers(tensor));
  if (bound !== undefined) return bound;
  throw misfit(application.node, `its input ${at} is not known before the graph runs`, FIXED_SIZES);
}

/** A matrix with ones on a diagonal and zeros elsewhere, in the shape of another. */
const eyeLike: Operator = {
  name: "EyeLike",
  types: (application) => {
    const { node } = application;
    const { dataType, shape: like } = inputOfRank(application, 0, 2);
    const code = intOf(node, "dtype", elementTypeCode(dataType));
    return [{ dataType: elementTypeOf(code, describe(node)), shape: like }];
  },
  gradient: "zero",
  flops: noFlops,
};

/** The operators of this family. */
export const constantOperators: readonly Operator[] = [constant, constantOfShape, eyeLike, range, shape, size];
