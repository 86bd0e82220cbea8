/**
 * Shape arithmetic: what operators do to whole numbers that are known before the graph runs.
 *
 * Exporters compute the shapes that reshaping and repeating ask for with ordinary operators on int64 scalars and
 * lists. Some of these numbers are only names, such as that of the batch size, so they are kept as dimensions: one for
 * each element of a value, in the order of the elements. A scalar is a list of one here; its rank is in its type.
 *
 * @module
 */
import { invariant } from "@potluck/core";
import {
  dimensionDifference,
  dimensionProduct,
  dimensionQuotient,
  dimensionSum,
  isSurelyPositive,
} from "./dimensions.ts";
import { isFloating } from "./element-types.ts";
import type { DataType, Dimension, TensorData } from "./graph.ts";
import type { TensorType } from "./graph-builder.ts";
import { type Application, inputType } from "./operator.ts";
import { tensorNumbers, tensorOf } from "./tensors.ts";

/** Values of more elements than this are not followed: shapes are short, and so are lists of positions. */
export const MAX_KNOWN_ELEMENTS = 1024;

/** The numbers that the first output of an operator holds; null where they are not known before the graph runs. */
export type DimensionsRule = (application: Application) => readonly Dimension[] | null;

/** A shape as numbers; null where it has a name in it. */
export function fixedShape(shape: readonly Dimension[]): readonly number[] | null {
  const sizes = shape.filter((size) => typeof size === "number");
  return sizes.length === shape.length ? sizes : null;
}

/** Whether a value of this type is one whose numbers are followed. */
export function isFollowed({ dataType, shape }: TensorType): boolean {
  return !isFloating(dataType) && isShort(shape);
}

/** Whether a value of this shape has so few elements that they are followed. */
export function isShort(shape: readonly Dimension[]): boolean {
  const sizes = fixedShape(shape);
  return sizes !== null && sizes.reduce((a, b) => a * b, 1) <= MAX_KNOWN_ELEMENTS;
}

/** The elements of a constant of whole numbers. */
export function dimensionsOfTensor(tensor: TensorData): readonly Dimension[] | null {
  return isFollowed(tensor) ? tensorNumbers(tensor) : null;
}

/** The constant of the given type that holds `dimensions`; null where one of them is only a name. */
export function tensorOfDimensions(
  { dataType, shape }: TensorType,
  dimensions: readonly Dimension[],
): TensorData | null {
  const [sizes, numbers] = [fixedShape(shape), fixedShape(dimensions)];
  if (sizes === null || numbers === null) return null;
  if (dataType !== "int64") return tensorOf(dataType, sizes, numbers);
  invariant(numbers.length === sizes.reduce((a, b) => a * b, 1), `${numbers.length} numbers for [${sizes.join()}]`);
  return { dataType, shape: sizes, values: BigInt64Array.from(numbers, clampedInt64) };
}

/** The bounds of int64 are no float64 numbers; 2^63 stands for the upper one, which lists of slices end with. */
function clampedInt64(number: number): bigint {
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  const exact = BigInt(number);
  if (exact > most) return most;
  return exact < least ? least : exact;
}

/** Operators that change a shape or an element type only: the output holds what the first input holds. */
export const sameDimensions: DimensionsRule = (application) => application.dimensions(0);

/** Conversion to `dataType`: whole numbers from whole numbers or from a constant of floats, which are cut to zero. */
export function convertedDimensions(application: Application, dataType: DataType): readonly Dimension[] | null {
  if (isFloating(dataType)) return null;
  const tensor = application.constant(0);
  const known = application.dimensions(0) ?? (tensor === null ? null : floatsCut(tensor));
  if (known === null || dataType !== "bool") return known;
  const truths = known.map((size) => differs(size, 0));
  return truths.includes(null) ? null : truths.filter((truth) => truth !== null);
}

function floatsCut(tensor: TensorData): readonly number[] | null {
  if (tensor.values.length > MAX_KNOWN_ELEMENTS) return null;
  const numbers = tensorNumbers(tensor);
  return numbers.every(Number.isFinite) ? numbers.map(Math.trunc) : null;
}

/** Operators on two inputs, or more, element by element with broadcasting, from the left to the right. */
export function elementwiseDimensions(
  combine: (left: Dimension, right: Dimension) => Dimension | null,
): DimensionsRule {
  return (application) => {
    const lists = met(application);
    if (lists === null) return null;
    const [first = [], ...others] = lists;
    return complete(
      first.map((start, at) =>
        others.reduce<Dimension | null>((left, list) => {
          const right = list[at] ?? null;
          return left === null || right === null ? null : combine(left, right);
        }, start),
      ),
    );
  };
}

/** What each input holds, repeated to the shape in which they meet; null where one of them is not known. */
function met({ node, inputs, dimensions }: Application): readonly (readonly Dimension[])[] | null {
  const shapes = inputs.map((type) => (type === null ? null : fixedShape(type.shape)));
  const known = node.inputs.map((_, at) => dimensions(at));
  const rank = Math.max(...shapes.map((shape) => shape?.length ?? 0));
  const wide = Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape?.[axis - rank + shape.length] ?? 1);
    return sizes.includes(0) ? 0 : Math.max(...sizes);
  });
  const lists = known.map((list, at) => {
    const shape = shapes[at] ?? null;
    return list === null || shape === null ? null : picked(list, broadcastPlaces(shape, wide));
  });
  return complete(lists);
}

/** The list without the nulls in its type; null where there is one. */
function complete<T>(list: readonly (T | null)[]): readonly T[] | null {
  const present = list.filter((item) => item !== null);
  return present.length === list.length ? present : null;
}

/** The elements of `list` at `places`. */
export function picked<T>(list: readonly T[], places: readonly number[]): readonly T[] {
  return places.flatMap((place) => list.slice(place, place + 1));
}

/** The place in a list of each cell of an array of the given sizes, whose neighbours along axis i are steps[i] apart. */
export function placesOf(sizes: readonly number[], steps: readonly number[], start = 0): readonly number[] {
  // An array without elements may be wide along its other axes.
  if (sizes.includes(0)) return [];
  return sizes.reduce<readonly number[]>(
    (places, size, axis) =>
      places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * (steps[axis] ?? 0))),
    [start],
  );
}

/** How far neighbours along each axis are apart in the list of the elements of `shape`. */
export function stepsOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}

/** Where in the list of the elements of `shape` each element of the shape `wide` comes from, to which it broadcasts. */
export function broadcastPlaces(shape: readonly number[], wide: readonly number[]): readonly number[] {
  const steps = stepsOf(shape);
  const added = wide.length - shape.length;
  return placesOf(
    wide,
    wide.map((_, axis) => (axis < added || shape[axis - added] === 1 ? 0 : (steps[axis - added] ?? 0))),
  );
}

/** a + b */
export const addedDimensions: DimensionsRule = elementwiseDimensions((a, b) => dimensionSum([a, b]));

/** a − b */
export const subtractedDimensions: DimensionsRule = elementwiseDimensions(dimensionDifference);

/** a · b */
export const multipliedDimensions: DimensionsRule = elementwiseDimensions((a, b) => dimensionProduct([a, b]));

/** a ÷ b cut to zero; with names where the division is exact. */
export const dividedDimensions: DimensionsRule = elementwiseDimensions((a, b) =>
  typeof a === "number" && typeof b === "number" && b !== 0 ? Math.trunc(a / b) : dimensionQuotient(a, b),
);

/** a − ⌊a ÷ b⌋ · b, which has the sign of b; with names where the division is exact. */
export const floorRemainderDimensions: DimensionsRule = remainderDimensions(Math.floor);

/** a − [a ÷ b cut to zero] · b, which has the sign of a; with names where the division is exact. */
export const cutRemainderDimensions: DimensionsRule = remainderDimensions(Math.trunc);

function remainderDimensions(rounded: (quotient: number) => number): DimensionsRule {
  return elementwiseDimensions((a, b) => {
    if (typeof a !== "number" || typeof b !== "number") return dimensionQuotient(a, b) === null ? null : 0;
    return b === 0 ? null : a - rounded(a / b) * b;
  });
}

/** The smaller one of a and b, where it is known which one that is. */
export const smallerDimensions: DimensionsRule = elementwiseDimensions((a, b) => {
  if (isSurelyPositive(dimensionDifference(b, a))) return a;
  return isSurelyPositive(dimensionDifference(a, b)) ? b : null;
});

/** The larger one of a and b, where it is known which one that is. */
export const largerDimensions: DimensionsRule = elementwiseDimensions((a, b) => {
  if (isSurelyPositive(dimensionDifference(b, a))) return b;
  return isSurelyPositive(dimensionDifference(a, b)) ? a : null;
});

/** 1 where a = b, else 0; a size that is only a name is no negative number. */
export const equalDimensions: DimensionsRule = elementwiseDimensions((a, b) => {
  const truth = differs(a, b);
  return truth === null ? null : 1 - truth;
});

/** b where the condition a holds, else c. */
export const chosenDimensions: DimensionsRule = (application) => {
  const [conditions, yes, no] = met(application) ?? [];
  if (conditions === undefined || yes === undefined || no === undefined) return null;
  return conditions.flatMap((condition, at) => picked(condition === 0 ? no : yes, [at]));
};

/** 1 where the two differ, 0 where they are equal, null where that is not known. */
function differs(a: Dimension, b: Dimension): number | null {
  const difference = dimensionDifference(a, b);
  if (typeof difference === "number") return difference === 0 ? 0 : 1;
  const apart = [difference, dimensionDifference(b, a)].some((size) => isSurelyPositive(dimensionDifference(size, 1)));
  return apart ? 1 : null;
}

/** The type of input 0 with its shape as numbers; null where that has names in it. */
export function fixedInput(application: Application): readonly number[] | null {
  return fixedShape(inputType(application, 0).shape);
}
