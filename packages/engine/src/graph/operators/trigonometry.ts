/**
 * Functions of angles, their hyperbolic kin, and the inverses of both.
 *
 * @module
 */
import type { GraphBuilder } from "../graph-builder.ts";
import type { Operator } from "../operator.ts";
import { scalarLike } from "./constants.ts";
import { elementwise, elementwiseByDivisor, elementwiseByOutput, oneMinus, onePlus, square } from "./elementwise.ts";

/** y = sin x; y′ = cos x */
const sine = elementwise("Sin", ({ graph, x }) => graph.add("Cos", [x]));

/** y = cos x; y′ = −sin x */
const cosine = elementwise("Cos", ({ graph, x }) => graph.add("Neg", [graph.add("Sin", [x])]));

/** y = tan x; y′ = 1 + y² */
const tangent = elementwiseByOutput("Tan", ({ graph, y }) => onePlus(graph, square(graph, y)));

/** √(1 − x²) */
function cosineOfArcsine(graph: GraphBuilder, x: string): string {
  return graph.add("Sqrt", [oneMinus(graph, square(graph, x))]);
}

/** y = arcsin x; y′ = 1 ÷ √(1 − x²) */
const arcsine = elementwiseByDivisor("Asin", ({ graph, x }) => cosineOfArcsine(graph, x));

/** y = arccos x; y′ = −1 ÷ √(1 − x²) */
const arccosine = elementwiseByDivisor("Acos", ({ graph, x }) => graph.add("Neg", [cosineOfArcsine(graph, x)]));

/** y = arctan x; y′ = 1 ÷ (1 + x²) */
const arctangent = elementwiseByDivisor("Atan", ({ graph, x }) => onePlus(graph, square(graph, x)));

/** y = (e^x − e^−x) ÷ 2; y′ = cosh x */
const hyperbolicSine = elementwise("Sinh", ({ graph, x }) => graph.add("Cosh", [x]));

/** y = (e^x + e^−x) ÷ 2; y′ = sinh x */
const hyperbolicCosine = elementwise("Cosh", ({ graph, x }) => graph.add("Sinh", [x]));

/** y = arsinh x; y′ = 1 ÷ √(x² + 1) */
const inverseHyperbolicSine = elementwiseByDivisor("Asinh", ({ graph, x }) =>
  graph.add("Sqrt", [onePlus(graph, square(graph, x))]),
);

/** y = arcosh x; y′ = 1 ÷ √(x² − 1) */
const inverseHyperbolicCosine = elementwiseByDivisor("Acosh", ({ graph, x }) =>
  graph.add("Sqrt", [graph.add("Sub", [square(graph, x), scalarLike(graph, 1, x)])]),
);

/** y = artanh x; y′ = 1 ÷ (1 − x²) */
const inverseHyperbolicTangent = elementwiseByDivisor("Atanh", ({ graph, x }) => oneMinus(graph, square(graph, x)));

/** The operators of this family. */
export const trigonometryOperators: readonly Operator[] = [
  sine,
  cosine,
  tangent,
  arcsine,
  arccosine,
  arctangent,
  hyperbolicSine,
  hyperbolicCosine,
  inverseHyperbolicSine,
  inverseHyperbolicCosine,
  inverseHyperbolicTangent,
];
