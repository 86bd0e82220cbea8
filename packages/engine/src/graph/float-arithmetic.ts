/**
 * Arithmetic of a few floats that follow from constants: what operators do to them, known before the graph runs.
 *
 * Exporters convert the bounds of a range of floats from whole numbers, and some compute with them first; how many
 * numbers such a range has is part of a shape. Only operators whose results IEEE 754 fixes are followed, so that what
 * is known here is what a runtime computes: a result in float64, rounded once to float32, is the one of float32.
 *
 * @module
 */
import type { TensorType } from "./graph-builder.ts";
import type { Application } from "./operator.ts";
import { elementwiseDimensions, fixedShape, isShort } from "./shape-arithmetic.ts";
import { tensorNumbers } from "./tensors.ts";

/** The floats that the first output of an operator holds; null where they do not follow from constants. */
export type NumbersRule = (application: Application) => readonly number[] | null;

/** Whether a value of this type is one whose floats are followed: a scalar or a short list. */
export function isFollowedFloat({ dataType, shape }: TensorType): boolean {
  return (dataType === "float32" || dataType === "float64") && shape.length <= 1 && isShort(shape);
}

/** Operators that change a shape or an element type only: the output holds what the first input holds. */
export const sameNumbers: NumbersRule = (application) => numbersAt(application, 0);

/** What input `at` holds, floats or whole numbers; null where it is no constant or too long to follow. */
function numbersAt({ constant }: Application, at: number): readonly number[] | null {
  const tensor = constant(at);
  return tensor !== null && isShort(tensor.shape) ? tensorNumbers(tensor) : null;
}

/** Operators on two inputs, element by element with broadcasting. */
function elementwiseNumbers(combine: (left: number, right: number) => number): NumbersRule {
  const rule = elementwiseDimensions((a, b) => (typeof a === "number" && typeof b === "number" ? combine(a, b) : null));
  return (application) => {
    const numbers = rule({ ...application, dimensions: (at) => numbersAt(application, at) });
    return numbers === null ? null : fixedShape(numbers);
  };
}

/** a + b */
export const addedNumbers: NumbersRule = elementwiseNumbers((a, b) => a + b);

/** a − b */
export const subtractedNumbers: NumbersRule = elementwiseNumbers((a, b) => a - b);

/** a · b */
export const multipliedNumbers: NumbersRule = elementwiseNumbers((a, b) => a * b);

/** a ÷ b */
export const dividedNumbers: NumbersRule = elementwiseNumbers((a, b) => a / b);
