/**
 * Functions of one tensor, element by element: how their gradients are written, and those of analysis.
 *
 * @module
 */
import type { Attributes } from "../attributes.ts";
import { isFloating } from "../element-types.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder, TensorType } from "../graph-builder.ts";
import {
  type Application,
  type GradientRule,
  input,
  inputType,
  misfit,
  type Operator,
  output,
  perElement,
} from "../operator.ts";
import { scalarLike, times } from "./constants.ts";

/** The output is like the first input. */
export function likeInput(application: Application): readonly TensorType[] {
  return [inputType(application, 0)];
}

/** The output is like the first input, which must hold floats. Throws Fault "model-unsupported" where it does not. */
export function likeFloatInput(application: Application): readonly TensorType[] {
  const type = inputType(application, 0);
  if (isFloating(type.dataType)) return [type];
  throw misfit(application.node, `input 0 holds ${type.dataType} instead of floats`);
}

/** What the derivative of y = f(x) may be written with. */
export interface Slope {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly x: string;
  readonly y: string;
}

/** The rule of an elementwise y = f(x); `slope` makes f′(x). */
export function slopeRule(slope: (of: Slope) => string): GradientRule {
  return ({ graph, node, narrowGradient }) => [
    () => times(graph, narrowGradient, slope({ graph, node, x: input(node, 0), y: output(node) })),
  ];
}

/** What the derivative of y = f(x) may be written with where it is a function of y alone. */
export type OutputSlope = Omit<Slope, "x">;

/**
 * The rule of an elementwise y = f(x) whose slope is a function of y alone. Where only a maximum over windows of y is
 * used, the slope is needed, and computed, for the maxima only.
 */
export function outputSlopeRule(slope: (of: OutputSlope) => string): GradientRule {
  return ({ graph, node, narrowGradient }) => [
    () => {
      const y = output(node);
      const pooled = pooledGradient(graph, narrowGradient, y);
      if (pooled === null) return times(graph, narrowGradient, slope({ graph, node, y }));
      const atMaxima = times(graph, pooled.gradient, slope({ graph, node, y: pooled.maxima }));
      return graph.add("MaxUnpool", [atMaxima, ...pooled.rest], pooled.attributes);
    },
  ];
}

/** A function of floats, element by element, that costs one operation for each. */
export function floatFunction(name: string, gradient: GradientRule): Operator {
  return { name, types: likeFloatInput, gradient, flops: perElement(1) };
}

/** An elementwise y = f(x) of floats; `slope` makes f′(x). */
export function elementwise(name: string, slope: (of: Slope) => string): Operator {
  return floatFunction(name, slopeRule(slope));
}

/** An elementwise y = f(x) of floats whose slope is a function of y alone: see outputSlopeRule. */
export function elementwiseByOutput(name: string, slope: (of: OutputSlope) => string): Operator {
  return floatFunction(name, outputSlopeRule(slope));
}

/** An elementwise y = f(x) of floats; `divisor` makes 1 ÷ f′(x), by which the gradient is divided. */
export function elementwiseByDivisor(name: string, divisor: (of: Slope) => string): Operator {
  return floatFunction(name, ({ graph, node, narrowGradient }) => [
    () => graph.add("Div", [narrowGradient, divisor({ graph, node, x: input(node, 0), y: output(node) })]),
  ]);
}

/** value² */
export function square(graph: GraphBuilder, value: string): string {
  return graph.add("Mul", [value, value]);
}

/** 1 − value */
export function oneMinus(graph: GraphBuilder, value: string): string {
  return graph.add("Sub", [scalarLike(graph, 1, value), value]);
}

/** 1 + value */
export function onePlus(graph: GraphBuilder, value: string): string {
  return graph.add("Add", [value, scalarLike(graph, 1, value)]);
}

/** A gradient that MaxUnpool put back from where it was taken. */
interface PooledGradient {
  readonly maxima: string;
  readonly gradient: string;
  /** The other inputs of MaxUnpool, and its attributes. */
  readonly rest: readonly string[];
  readonly attributes: Attributes;
}

/** The gradient with respect to the maxima of `y`, where `gradient` is that put back; null where it is not. */
function pooledGradient(graph: GraphBuilder, gradient: string, y: string): PooledGradient | null {
  const unpool = graph.producerOf(gradient);
  if (unpool?.operator !== "MaxUnpool") return null;
  const [ofMaxima = "", cells = "", ...rest] = unpool.inputs;
  const pool = graph.producerOf(cells);
  if (pool === null || pool.operator !== "MaxPool" || pool.inputs[0] !== y) return null;
  return { maxima: output(pool), gradient: ofMaxima, rest: [cells, ...rest], attributes: unpool.attributes };
}

/** y = −x */
const negate: Operator = { ...elementwise("Neg", ({ graph, x }) => scalarLike(graph, -1, x)), types: likeInput };

/** y = |x|; y′ = −1, 0 or 1 with the sign of x */
const absolute: Operator = { ...elementwise("Abs", ({ graph, x }) => graph.add("Sign", [x])), types: likeInput };

/** y = e^x; y′ = y */
const exponential = elementwiseByOutput("Exp", ({ y }) => y);

/** y = ln x; y′ = 1 ÷ x */
const logarithm = elementwiseByDivisor("Log", ({ x }) => x);

/** y = √x; y′ = 1 ÷ 2y */
const squareRoot = elementwiseByOutput("Sqrt", ({ graph, y }) => graph.add("Div", [scalarLike(graph, 0.5, y), y]));

/** y = 1 ÷ x; y′ = −y² */
const reciprocal = elementwiseByOutput("Reciprocal", ({ graph, y }) => graph.add("Neg", [square(graph, y)]));

/** y = 2 ÷ √π · ∫ e^(−t²) dt from 0 to x; y′ = 2 ÷ √π · e^(−x²) = e^(ln (2 ÷ √π) − x²) */
const errorFunction = elementwise("Erf", ({ graph, x }) => {
  const logFactor = scalarLike(graph, Math.log(2 / Math.sqrt(Math.PI)), x);
  return graph.add("Exp", [graph.add("Sub", [logFactor, square(graph, x)])]);
});

/** The operators of this family. */
export const elementwiseOperators: readonly Operator[] = [
  negate,
  absolute,
  exponential,
  logarithm,
  squareRoot,
  reciprocal,
  errorFunction,
];
