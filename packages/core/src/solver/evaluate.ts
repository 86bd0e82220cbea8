/**
 * The interpreter of expressions, on vectors of a whole model: the twin of what the engine compiles.
 *
 * @module
 */
import { invariant, present } from "../base/invariant.ts";
import { namePattern } from "../base/name-pattern.ts";
import type { Layout } from "../params/layout.ts";
import type { BinaryOperation, Expression, UnaryOperation } from "./expression.ts";

/** What an expression is evaluated on: vectors of one length by name, and what is known of the step. */
export interface Bindings {
  readonly tensors: Readonly<Record<string, Float32Array>>;
  /** The number of this step: 1 for the first. */
  readonly step: number;
  /** The number of steps of the task. */
  readonly steps?: number;
  /** The names of the tensors whose elements the vectors hold; needed where a number depends on the tensor. */
  readonly layout?: Layout;
  /** The gradient of the loss of this step's batch at any parameters. */
  readonly gradientAt?: (params: Float32Array) => Float32Array;
  /** The gradient of each example of this step's batch. */
  readonly exampleGradients?: readonly Float32Array[];
}

/**
 * The value of `expression` for vectors of `length` elements, every operation rounded to float32 as the engine does.
 * Powers, cosines and norms are rounded once, from float64; solvers that use them replay within float tolerance, not
 * bit for bit.
 */
export function evaluate(expression: Expression, bindings: Bindings, length: number): Float32Array {
  const value = (of: Expression): Float32Array => evaluate(of, bindings, length);
  switch (expression.kind) {
    case "constant":
      return filled(length, expression.value);
    case "step":
      return filled(length, bindings.step);
    case "steps":
      return filled(length, present(bindings.steps, "the number of steps"));
    case "tensor":
      return ofLength(length, expression.name, bindings.tensors[expression.name]);
    case "by-layer":
      return layerValues(expression, present(bindings.layout, "the names of tensors"), length);
    case "norm":
      return filled(length, lengthOf(value(expression.of)));
    case "gradient-at":
      return ofLength(length, "gradient", present(bindings.gradientAt, "the gradient elsewhere")(value(expression.at)));
    case "clipped-gradient":
      return meanOfClipped(
        present(bindings.exampleGradients, "the gradients of examples"),
        expression.clipNorm,
        length,
      );
    case "unary":
      return value(expression.of).map(UNARY[expression.operation]);
    case "binary": {
      const right = value(expression.right);
      const apply = BINARY[expression.operation];
      return value(expression.left).map((x, i) => apply(x, right[i] ?? 0));
    }
  }
}

function filled(length: number, value: number): Float32Array {
  return new Float32Array(length).fill(value);
}

function ofLength(length: number, name: string, vector: Float32Array | undefined): Float32Array {
  const known = present(vector, `tensor "${name}"`);
  invariant(known.length === length, `"${name}" has ${length} elements, got ${known.length}`);
  return known;
}

function meanOfClipped(gradients: readonly Float32Array[], clipNorm: number, length: number): Float32Array {
  const factors = gradients.map((gradient) => Math.min(1, clipNorm / lengthOf(gradient)) / gradients.length);
  return new Float32Array(length).map((_, i) =>
    gradients.reduce((sum, gradient, example) => sum + (factors[example] ?? 0) * (gradient[i] ?? 0), 0),
  );
}

/** √Σ x² */
function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
}

type ByLayer = Extract<Expression, { readonly kind: "by-layer" }>;

/** The number that `whole` is for the tensor called `name`. */
export function layerValue({ values, otherwise }: Omit<ByLayer, "kind">, name: string): number {
  return values.find(({ match }) => namePattern(match)(name))?.value ?? otherwise;
}

function layerValues(whole: ByLayer, layout: Layout, length: number): Float32Array {
  const vector = new Float32Array(length);
  for (const slot of layout) vector.fill(layerValue(whole, slot.name), slot.offset, slot.offset + slot.length);
  return vector;
}

const UNARY: Readonly<Record<UnaryOperation, (x: number) => number>> = {
  negate: (x) => -x,
  square: (x) => x * x,
  sqrt: (x) => Math.sqrt(x),
  abs: (x) => Math.abs(x),
  sign: (x) => Math.sign(x),
  floor: (x) => Math.floor(x),
  cosine: (x) => Math.cos(x),
};

const BINARY: Readonly<Record<BinaryOperation, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  minimum: Math.min,
  maximum: Math.max,
  power: (x, y) => x ** y,
};
