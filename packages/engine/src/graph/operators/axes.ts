/**
 * Axes and other whole numbers that nodes name, read from attributes and inputs.
 *
 * @module
 */
import { intOf } from "../attributes.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import { type Application, FIXED_SIZES, inputType, misfit } from "../operator.ts";
import { fixedShape } from "../shape-arithmetic.ts";

/** An axis counted from the start, where a negative one counts from the end. */
export function axisFromStart(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** An axis counted from the start. Throws Fault "model-unsupported", naming `node`, where there is no such axis. */
export function checkedAxis(node: GraphNode, axis: number, rank: number): number {
  const place = axisFromStart(axis, rank);
  if (Number.isInteger(place) && place >= 0 && place < rank) return place;
  throw misfit(node, `there is no axis ${axis} among ${rank}`);
}

/** The attribute "axis" of `node`, or `absent`, counted from the start of `rank` axes. Throws as `checkedAxis` does. */
export function axisOf(node: GraphNode, absent: number, rank: number): number {
  return checkedAxis(node, intOf(node, "axis", absent), rank);
}

/** What input `at` holds, element by element. Throws Fault "model-unsupported" where it is not known. */
export function knownDimensions(application: Application, at: number): readonly Dimension[] {
  inputType(application, at);
  const known = application.dimensions(at);
  if (known !== null) return known;
  throw misfit(application.node, `its input ${at} is not known before the graph runs`, FIXED_SIZES);
}

/** The whole numbers that input `at` is. Throws Fault "model-unsupported" where they are not known. */
export function knownNumbers(application: Application, at: number): readonly number[] {
  const numbers = fixedShape(knownDimensions(application, at));
  if (numbers !== null) return numbers;
  throw misfit(application.node, `its input ${at} is not known before the graph runs`, FIXED_SIZES);
}

/** The one whole number that input `at` is. Throws Fault "model-unsupported" where it is not known. */
export function knownNumber(application: Application, at: number): number {
  const [number] = knownNumbers(application, at);
  if (number !== undefined) return number;
  throw misfit(application.node, `its input ${at} is empty`);
}
