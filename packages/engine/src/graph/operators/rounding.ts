/**
 * Functions of one tensor that are constant between their jumps, and questions about its elements. No gradient flows
 * through them.
 *
 * @module
 */
import { inputType, type Operator, perElement } from "../operator.ts";
import { likeFloatInput, likeInput } from "./elementwise.ts";

function step(name: string, types: Operator["types"] = likeFloatInput): Operator {
  return { name, types, gradient: "zero", flops: perElement(1) };
}

/** Whether something holds for each element. */
function question(name: string): Operator {
  return step(name, (application) => [{ ...inputType(application, 0), dataType: "bool" }]);
}

/** The operators of this family. */
export const roundingOperators: readonly Operator[] = [
  step("Sign", likeInput),
  step("Floor"),
  step("Ceil"),
  step("Round"),
  question("IsNaN"),
  question("IsInf"),
];
