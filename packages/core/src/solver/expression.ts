/**
 * Expressions: the arithmetic of a local solver, as plain data. A solver says once how a step is taken, in terms of
 * the gradient, the parameters and its own state; the engine compiles that into the training graph, and `evaluate`
 * interprets it for tests and small models. Operations are elementwise over one parameter tensor; scalars broadcast.
 * Three look at the whole model: {@link norm}, {@link gradientAt} and {@link clippedGradient}.
 *
 * @module
 */
import { Fault } from "../base/fault.ts";

/** Operations of one operand. */
export type UnaryOperation = "negate" | "square" | "sqrt" | "abs" | "sign" | "floor" | "cosine";
/** Operations of two operands. */
export type BinaryOperation = "add" | "subtract" | "multiply" | "divide" | "minimum" | "maximum" | "power";

/** A number for the tensors whose name fits a pattern; see `namePattern`. */
export interface LayerValue {
  readonly match: string;
  readonly value: number;
}

/** An expression. */
export type Expression =
  | { readonly kind: "constant"; readonly value: number }
  /** A named tensor: "gradient", "params", "anchor" (the model the task started from) or a state slot. */
  | { readonly kind: "tensor"; readonly name: string }
  /** The number of this step as a float: 1 for the first. */
  | { readonly kind: "step" }
  /** How many steps the task has, as a float. */
  | { readonly kind: "steps" }
  /** A number that depends on the tensor: that of the first pattern which its name fits, or `otherwise`. */
  | { readonly kind: "by-layer"; readonly values: readonly LayerValue[]; readonly otherwise: number }
  /** The square root of the sum of squares over the elements of all trained tensors: one number. */
  | { readonly kind: "norm"; readonly of: Expression }
  /** The gradient of the same batch's loss where the parameters are `at`. */
  | { readonly kind: "gradient-at"; readonly at: Expression }
  /** The mean over the batch's examples of their gradients, each at most this long over all trained tensors. */
  | { readonly kind: "clipped-gradient"; readonly clipNorm: number }
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
/** ⌊x⌋ */
export const floor: Unary = unary("floor");
/** cos x */
export const cosine: Unary = unary("cosine");
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

/** The number of steps of the task. */
export const steps: Expression = { kind: "steps" };

/** ‖x‖₂ over all trained tensors together: one number. */
export function norm(of: Operand): Expression {
  return { kind: "norm", of: lift(of) };
}

/** The gradient of the same batch's loss at the parameters `at`. */
export function gradientAt(at: Expression): Expression {
  return { kind: "gradient-at", at };
}

/**
 * The mean over the examples of the batch of their gradients, each made shorter where it is longer than `clipNorm` > 0.
 * Throws Fault "option-invalid" for a `clipNorm` that is no such number.
 */
export function clippedGradient(clipNorm: number): Expression {
  if (!(clipNorm > 0 && Number.isFinite(clipNorm))) {
    const message = `clippedGradient: clipNorm must be a number > 0, got ${clipNorm}`;
    throw new Fault("option-invalid", message, "Change clipNorm: it is how long a gradient may be at most.");
  }
  return { kind: "clipped-gradient", clipNorm };
}

/** The value of the first pattern that the tensor's name fits, or `otherwise`; simply that where there are no patterns. */
export function byLayer(values: readonly LayerValue[], otherwise: number): Expression {
  return values.length === 0 ? lift(otherwise) : { kind: "by-layer", values, otherwise };
}

/** The expressions that `whole` is made of; none for a leaf. */
export function operandsOf(whole: Expression): readonly Expression[] {
  switch (whole.kind) {
    case "unary":
    case "norm":
      return [whole.of];
    case "binary":
      return [whole.left, whole.right];
    case "gradient-at":
      return [whole.at];
    case "constant":
    case "tensor":
    case "step":
    case "steps":
    case "by-layer":
    case "clipped-gradient":
      return [];
  }
}
