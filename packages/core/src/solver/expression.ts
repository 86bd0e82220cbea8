/**
 * Expressions: the arithmetic of a local solver, as plain data. A solver says once how a step is taken, in terms of
 * the gradient, the parameters and its own state; the engine compiles that into the training graph, and
 * {@link evaluate} interprets it for tests and small models. All operations are elementwise over one parameter
 * tensor; scalars broadcast.
 *
 * @module
 */
import { invariant, present } from "../base/invariant.ts";

/** Operations of one operand. */
export type UnaryOperation = "negate" | "square" | "sqrt" | "abs" | "sign";
/** Operations of two operands. */
export type BinaryOperation = "add" | "subtract" | "multiply" | "divide" | "minimum" | "maximum" | "power";

/** An elementwise expression. */
export type Expression =
  | { readonly kind: "constant"; readonly value: number }
  /** A named tensor: "gradient", "params", "anchor" (the model the task started from) or a state slot. */
  | { readonly kind: "tensor"; readonly name: string }
  /** The number of this step as a float: 1 for the first. */
  | { readonly kind: "step" }
  | { readonly kind: "unary"; readonly operation: UnaryOperation; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operation: BinaryOperation;
      readonly left: Expression;
      readonly right: Expression;
    };

/** An expression, or a number that stands for a constant. */
export type Operand = Expression | number;

const lift = (operand: Operand): Expression =>
  typeof operand === "number" ? { kind: "constant", value: operand } : operand;

const unary =
  (operation: UnaryOperation) =>
  (of: Operand): Expression => ({ kind: "unary", operation, of: lift(of) });

const binary =
  (operation: BinaryOperation) =>
  (left: Operand, right: Operand): Expression => ({ kind: "binary", operation, left: lift(left), right: lift(right) });

type Unary = (of: Operand) => Expression;
type Binary = (left: Operand, right: Operand) => Expression;

/** −x */
export const negate: Unary = unary("negate");
/** x² */
export const square: Unary = unary("square");
/** √x */
export const sqrt: Unary = unary("sqrt");
/** |x| */
export const abs: Unary = unary("abs");
/** −1, 0 or 1 */
export const sign: Unary = unary("sign");
/** x + y */
export const add: Binary = binary("add");
/** x − y */
export const subtract: Binary = binary("subtract");
/** x · y */
export const multiply: Binary = binary("multiply");
/** x / y */
export const divide: Binary = binary("divide");
/** min(x, y) */
export const minimum: Binary = binary("minimum");
/** max(x, y) */
export const maximum: Binary = binary("maximum");
/** x^y */
export const power: Binary = binary("power");

/** The tensor called `name`. */
export function tensor(name: string): Expression {
  return { kind: "tensor", name };
}

/** The number of this step: 1 for the first. */
export const step: Expression = { kind: "step" };

/** What an expression is evaluated on: vectors of one length by name, and the number of the step. */
export interface Bindings {
  readonly tensors: Readonly<Record<string, Float32Array>>;
  readonly step: number;
}

/**
 * The value of `expression` for vectors of `length` elements, every operation rounded to float32 as the engine does.
 * Powers go through `Math.pow`; solvers that use them replay within float tolerance, not bit for bit.
 */
export function evaluate(expression: Expression, bindings: Bindings, length: number): Float32Array {
  switch (expression.kind) {
    case "constant":
      return new Float32Array(length).fill(expression.value);
    case "step":
      return new Float32Array(length).fill(bindings.step);
    case "tensor": {
      const vector = present(bindings.tensors[expression.name], `tensor "${expression.name}"`);
      invariant(vector.length === length, `"${expression.name}" has ${length} elements, got ${vector.length}`);
      return vector;
    }
    case "unary": {
      const of = evaluate(expression.of, bindings, length);
      const apply = UNARY[expression.operation];
      return of.map((x) => apply(x));
    }
    case "binary": {
      const left = evaluate(expression.left, bindings, length);
      const right = evaluate(expression.right, bindings, length);
      const apply = BINARY[expression.operation];
      return left.map((x, i) => apply(x, right[i] ?? 0));
    }
  }
}

const UNARY: Readonly<Record<UnaryOperation, (x: number) => number>> = {
  negate: (x) => -x,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
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
