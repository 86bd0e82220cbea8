/**
 * The contract of operators: what must be known of an operator to train through it. One operator is one record; the
 * records of a family share a file in `operators/`.
 *
 * @module
 */
import { Fault, present } from "@potluck/core";
import { describe } from "./check.ts";
import { shapeText } from "./dimensions.ts";
import type { Dimension, GraphNode, TensorData } from "./graph.ts";
import type { GraphBuilder, TensorType } from "./graph-builder.ts";

/** One use of an operator, as its shape rule sees it. */
export interface Application {
  readonly node: GraphNode;
  /** The types of the inputs; null where one is left out. */
  readonly inputs: readonly (TensorType | null)[];
  /** The constant that input `at` is, computed or written; null where it is left out or not known before the graph runs. */
  readonly constant: (at: number) => TensorData | null;
  /**
   * The whole numbers that input `at` holds, one for each element (a scalar is a list of one), with names among them for
   * sizes that are known only when the graph runs; null where they are not known even so.
   */
  readonly dimensions: (at: number) => readonly Dimension[] | null;
}

/** One use of an operator, as its gradient rule sees it. */
export interface GradientContext {
  /** Where the gradient's nodes go. */
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  /** The gradient of the loss with respect to the first output, in that output's shape. */
  readonly gradient: () => string;
  /** The same in a shape that may be narrower and only broadcast to the output's: enough for elementwise rules. */
  readonly narrowGradient: string;
  /** The gradient with respect to output `at`, in that output's shape; null where the loss does not depend on it. */
  readonly gradientOf: (at: number) => string | null;
}

/** Makes the gradient with respect to one input and returns its name. Called only where it is needed. */
export type InputGradient = () => string;

/** One maker for each input; null for inputs that no gradient flows to. */
export type GradientRule = (context: GradientContext) => readonly (InputGradient | null)[];

/** The sizes of one use of an operator, as its cost rule sees it. An input that is left out has the shape []. */
export interface Sizes {
  readonly node: GraphNode;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

/** What is known of an operator. */
export interface Operator {
  readonly name: string;
  /** The types of all outputs, also of those that a node leaves out. Throws Fault for inputs that do not fit. */
  readonly types: (application: Application) => readonly TensorType[];
  /** The whole numbers that the first output holds, for shape arithmetic; left out where exporters do not use it there. */
  readonly dimensions?: (application: Application) => readonly Dimension[] | null;
  /** The floats that the first output holds, where they follow from constants; left out where they bound no ranges. */
  readonly numbers?: (application: Application) => readonly number[] | null;
  /** "zero" where the derivative is zero almost everywhere, "missing" where it is not written yet. */
  readonly gradient: GradientRule | "zero" | "missing";
  /** Floating-point operations, a multiplication with its addition counting as 2. */
  readonly flops: (sizes: Sizes) => number;
}

/** The type of input `at`. Throws Fault "model-invalid" where the node leaves it out. */
export function inputType({ node, inputs }: Application, at: number): TensorType {
  const type = inputs[at];
  if (type !== null && type !== undefined) return type;
  throw new Fault("model-invalid", `${describe(node)} lacks input ${at}`, "Export the model again: it is damaged.");
}

/** The type of input `at`, whose shape must have `rank` dimensions. Throws Fault "model-unsupported" where it has not. */
export function inputOfRank(application: Application, at: number, rank: number): TensorType {
  const type = inputType(application, at);
  if (type.shape.length === rank) return type;
  throw misfit(application.node, `input ${at} is ${shapeText(type.shape)} instead of ${rank}-dimensional`);
}

/** What can be done about a node that is used as it cannot be here. */
const OTHERWISE =
  "Write that part of the model otherwise; docs/reference/operators.md lists the operators that there are.";

/** What can be done about numbers that a rule needs and that are only known when the graph runs. */
export const FIXED_SIZES =
  "Export the model with all sizes fixed but that of the batch, and compute what is said here from sizes and constants only.";

/** The fault of inputs or attributes that an operator cannot take. */
export function misfit(node: GraphNode, what: string, remedy: string = OTHERWISE): Fault {
  return new Fault("model-unsupported", `${describe(node)}: ${what}`, remedy);
}

/** The name of input `at` of a node that has it. */
export function input(node: GraphNode, at: number): string {
  return present(node.inputs[at], `input ${at} of ${describe(node)}`);
}

/** The name of the first output of a node. */
export function output(node: GraphNode): string {
  return present(node.outputs[0], `the output of ${describe(node)}`);
}

/** The number of elements of the first output, each costing `each` operations. */
export function perElement(each: number): (sizes: Sizes) => number {
  return ({ outputs }) => each * (outputs[0] ?? []).reduce((product, size) => product * size, 1);
}

/** Moving data costs no arithmetic. */
export const noFlops = (): number => 0;
