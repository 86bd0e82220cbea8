/**
 * Arithmetic of two or more tensors, elementwise with broadcasting.
 *
 * @module
 */
import type { GraphBuilder, TensorType } from "../graph-builder.ts";
import { type Application, input, inputType, type Operator, output, perElement } from "../operator.ts";
import { broadcast, undoBroadcast } from "./broadcasting.ts";
import { times } from "./constants.ts";

/** The type in which all inputs meet. */
export function meetingType(application: Application): TensorType {
  const types = application.inputs.map((_, at) => inputType(application, at));
  const shapes = types.map(({ shape }) => shape);
  return { dataType: inputType(application, 0).dataType, shape: broadcast(application.node, shapes) };
}

function arithmetic(name: string, gradient: Operator["gradient"]): Operator {
  return { name, types: (application) => [meetingType(application)], gradient, flops: perElement(1) };
}

/** Two operands a and b, their result y, and its gradient g. */
interface Operands {
  readonly graph: GraphBuilder;
  readonly a: string;
  readonly b: string;
  readonly y: string;
  readonly g: string;
}

type OperandGradient = (operands: Operands) => string;

/** An operator with the rules of both operands, written as if their shapes were equal. */
function binary(name: string, first: OperandGradient, second: OperandGradient): Operator {
  return arithmetic(name, ({ graph, node, narrowGradient }) => {
    const operands = { graph, a: input(node, 0), b: input(node, 1), y: output(node), g: narrowGradient };
    return [
      () => undoBroadcast(graph, first(operands), operands.a, operands.y),
      () => undoBroadcast(graph, second(operands), operands.b, operands.y),
    ];
  });
}

/** y = a + b */
const add = binary(
  "Add",
  ({ g }) => g,
  ({ g }) => g,
);

/** y = a − b */
const subtract = binary(
  "Sub",
  ({ g }) => g,
  ({ graph, g }) => graph.add("Neg", [g]),
);

/** y = a · b: da = g · b, db = g · a */
const multiply = binary(
  "Mul",
  ({ graph, g, b }) => times(graph, g, b),
  ({ graph, g, a }) => times(graph, g, a),
);

/** y = a ÷ b: da = g ÷ b, db = −(g · y ÷ b) */
const divide = binary(
  "Div",
  ({ graph, g, b }) => graph.add("Div", [g, b]),
  ({ graph, g, b, y }) => graph.add("Neg", [graph.add("Div", [times(graph, g, y), b])]),
);

/** y = Σ x_i over any number of inputs */
const sum = arithmetic("Sum", ({ graph, node, narrowGradient }) =>
  node.inputs.map((value) => () => undoBroadcast(graph, narrowGradient, value, output(node))),
);

/** The operators of this family. */
export const arithmeticOperators: readonly Operator[] = [
  add,
  subtract,
  multiply,
  divide,
  sum,
  arithmetic("Min", "missing"),
  arithmetic("Max", "missing"),
  arithmetic("Pow", "missing"),
];
