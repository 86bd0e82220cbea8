/**
 * Powers: y = a^b, element by element with broadcasting. The exponent may be of another element type than the base.
 *
 * @module
 */
import type { GraphBuilder } from "../graph-builder.ts";
import { inputType, type Operator } from "../operator.ts";
import { tensorNumbers } from "../tensors.ts";
import { arithmetic, type Operands, operandRule } from "./arithmetic.ts";
import { broadcast } from "./broadcasting.ts";
import { cast } from "./comparison.ts";
import { scalarLike, times } from "./constants.ts";

/** The number that every element of `value` is; null where that is not known or there are several. */
function uniformNumber(graph: GraphBuilder, value: string): number | null {
  const tensor = graph.constantOf(value);
  if (tensor === null || tensor.dataType === "float16") return null;
  const [number = null, ...others] = new Set(tensorNumbers(tensor));
  return others.length === 0 ? number : null;
}

/** `value` in the element type of `like`. */
function inTypeOf(graph: GraphBuilder, value: string, like: string): string {
  const { dataType } = graph.typeOf(like);
  return graph.typeOf(value).dataType === dataType ? value : cast(graph, value, dataType);
}

/** da = g · b · a^(b − 1), which is 0 where b = 0 even if a = 0 */
function baseGradient(operands: Operands): string {
  const { graph, a, b, g } = operands;
  const known = uniformNumber(graph, b);
  if (known !== null) return knownPowerGradient(operands, known);
  const exponent = inTypeOf(graph, b, a);
  const zero = scalarLike(graph, 0, a);
  const lower = graph.add("Sub", [exponent, scalarLike(graph, 1, a)]);
  const isConstant = graph.add("Equal", [exponent, zero]);
  const power = graph.add("Pow", [a, graph.add("Where", [isConstant, zero, lower])]);
  return graph.add("Mul", [times(graph, g, exponent), power]);
}

/**
 * The same for an exponent n that is known. Squares, cubes and roots are quick, other powers take ten times as long:
 * for negative n, a^(n − 1) is y ÷ a, which is infinite at a = 0 as it should be.
 */
function knownPowerGradient({ graph, a, y, g }: Operands, n: number): string {
  if (n === 0) return scalarLike(graph, 0, a);
  const scaled = times(graph, g, scalarLike(graph, n, a));
  if (n === 0.5) return graph.add("Div", [scaled, y]);
  if (n < 0) return graph.add("Div", [graph.add("Mul", [scaled, y]), a]);
  if (n === 1) return scaled;
  const lower = n === 2 ? a : graph.add("Pow", [a, scalarLike(graph, n - 1, a)]);
  return graph.add("Mul", [scaled, lower]);
}

/** db = g · y · ln a, which is 0 where a = 0; only floats can ask for it */
function exponentGradient({ graph, a, b, y, g }: Operands): string {
  const gradient = times(graph, logarithm(graph, a), graph.add("Mul", [g, y]));
  return inTypeOf(graph, gradient, b);
}

/** ln a, with 0 instead of −∞ where a = 0 */
function logarithm(graph: GraphBuilder, a: string): string {
  const known = uniformNumber(graph, a);
  if (known !== null && known > 0) return scalarLike(graph, Math.log(known), a);
  const isZero = graph.add("Equal", [a, scalarLike(graph, 0, a)]);
  return graph.add("Log", [graph.add("Where", [isZero, scalarLike(graph, 1, a), a])]);
}

/** y = a^b in the element type of a */
const power: Operator = {
  ...arithmetic("Pow", operandRule(baseGradient, exponentGradient)),
  types: (application) => {
    const [base, exponent] = [inputType(application, 0), inputType(application, 1)];
    return [{ dataType: base.dataType, shape: broadcast(application.node, [base.shape, exponent.shape]) }];
  },
};

/** The operators of this family. */
export const powerOperators: readonly Operator[] = [power];
