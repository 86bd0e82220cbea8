/**
 * Arithmetic of two or more tensors, elementwise with broadcasting.
 *
 * @module
 */
import { intOf } from "../attributes.ts";
import { isFloating } from "../element-types.ts";
import { addedNumbers, dividedNumbers, multipliedNumbers, subtractedNumbers } from "../float-arithmetic.ts";
import type { DataType, GraphNode } from "../graph.ts";
import type { GraphBuilder, TensorType } from "../graph-builder.ts";
import { type Application, type GradientRule, input, inputType, misfit, type Operator, output } from "../operator.ts";
import {
  addedDimensions,
  cutRemainderDimensions,
  dividedDimensions,
  floorRemainderDimensions,
  multipliedDimensions,
  subtractedDimensions,
} from "../shape-arithmetic.ts";
import { broadcast, undoBroadcast } from "./broadcasting.ts";
import { scalarLike, times } from "./constants.ts";
import { once } from "./once.ts";

/** The element type that all of `types` have. Throws Fault "model-unsupported", naming `node`, where they differ. */
export function commonDataType(node: GraphNode, types: readonly TensorType[]): DataType {
  const [first, ...others] = new Set(types.map(({ dataType }) => dataType));
  if (first !== undefined && others.length === 0) return first;
  throw misfit(node, `its inputs hold ${[first, ...others].join(" and ")} instead of one element type`);
}

/** The type in which all inputs meet. Throws Fault "model-unsupported" where they do not. */
export function meetingType(application: Application): TensorType {
  const { node } = application;
  const types = node.inputs.map((_, at) => inputType(application, at));
  const shapes = types.map(({ shape }) => shape);
  return { dataType: commonDataType(node, types), shape: broadcast(node, shapes) };
}

/** An elementwise operator of any number of inputs: one operation for each input after the first, and at least one. */
export function arithmetic(name: string, gradient: Operator["gradient"]): Operator {
  return {
    name,
    types: (application) => [meetingType(application)],
    gradient,
    flops: ({ inputs, outputs: [shape = []] }) =>
      Math.max(1, inputs.length - 1) * shape.reduce((product, size) => product * size, 1),
  };
}

/** Two operands a and b, their result y, and its gradient g. */
export interface Operands {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly a: string;
  readonly b: string;
  readonly y: string;
  readonly g: string;
}

type OperandGradient = (operands: Operands) => string;

/** The rule of an operator with the gradients of both operands, written as if their shapes were equal. */
export function operandRule(first: OperandGradient, second: OperandGradient): GradientRule {
  return ({ graph, node, narrowGradient }) => {
    const operands = { graph, node, a: input(node, 0), b: input(node, 1), y: output(node), g: narrowGradient };
    return [
      () => undoBroadcast(graph, first(operands), operands.a, operands.y),
      () => undoBroadcast(graph, second(operands), operands.b, operands.y),
    ];
  };
}

/** y = a + b */
const add: Operator = {
  ...arithmetic(
    "Add",
    operandRule(
      ({ g }) => g,
      ({ g }) => g,
    ),
  ),
  dimensions: addedDimensions,
  numbers: addedNumbers,
};

/** y = a − b */
const subtract: Operator = {
  ...arithmetic(
    "Sub",
    operandRule(
      ({ g }) => g,
      ({ graph, g }) => graph.add("Neg", [g]),
    ),
  ),
  dimensions: subtractedDimensions,
  numbers: subtractedNumbers,
};

const productRule = operandRule(
  ({ graph, g, b }) => times(graph, g, b),
  ({ graph, g, a }) => times(graph, g, a),
);

/** y = a · b: da = g · b, db = g · a; of a square both at once, 2 · g · a */
const multiply: Operator = {
  ...arithmetic("Mul", (context) => {
    const { graph, node, narrowGradient } = context;
    const [a, b] = [input(node, 0), input(node, 1)];
    if (a !== b) return productRule(context);
    return [() => times(graph, times(graph, narrowGradient, scalarLike(graph, 2, a)), a), null];
  }),
  dimensions: multipliedDimensions,
  numbers: multipliedNumbers,
};

/**
 * y = a ÷ b: da = g ÷ b, db = −Σ g · y ÷ b.
 * The division by b comes after the sum where b was broadcast, and is shared with da where it was not.
 */
const divide: Operator = {
  ...arithmetic("Div", ({ graph, node, narrowGradient: g }) => {
    const [a, b, y] = [input(node, 0), input(node, 1), output(node)];
    const share = once(() => graph.add("Div", [g, b]));
    const isWide = (value: string): boolean => graph.typeOf(value).shape.join() === graph.typeOf(y).shape.join();
    return [
      () => undoBroadcast(graph, share(), a, y),
      () => {
        if (isWide(b)) return graph.add("Neg", [times(graph, share(), y)]);
        const summed = undoBroadcast(graph, times(graph, g, y), b, y);
        return graph.add("Neg", [graph.add("Div", [summed, b])]);
      },
    ];
  }),
  dimensions: dividedDimensions,
  numbers: dividedNumbers,
};

const remainderRule = operandRule(
  ({ g }) => g,
  ({ graph, a, b, y, g }) => {
    const quotient = graph.add("Round", [graph.add("Div", [graph.add("Sub", [a, y]), b])]);
    return graph.add("Neg", [times(graph, g, quotient)]);
  },
);

/**
 * y = a − q · b with the whole number q = a ÷ b, cut to zero where `fmod` says so, else rounded down, which floats
 * cannot ask for: da = g, db = −g · q
 */
const remainder: Operator = {
  ...arithmetic("Mod", remainderRule),
  types: (application) => {
    const type = meetingType(application);
    if (cutsToZero(application.node) || !isFloating(type.dataType)) return [type];
    throw misfit(application.node, "remainders of floats need the attribute fmod");
  },
  dimensions: (application) =>
    cutsToZero(application.node) ? cutRemainderDimensions(application) : floorRemainderDimensions(application),
};

function cutsToZero(node: GraphNode): boolean {
  return intOf(node, "fmod", 0) !== 0;
}

/** y = Σ x_i over any number of inputs */
const sum = arithmetic("Sum", ({ graph, node, narrowGradient }) =>
  node.inputs.map((value) => () => undoBroadcast(graph, narrowGradient, value, output(node))),
);

/** y = Σ x_i ÷ n over n inputs */
const mean = arithmetic("Mean", ({ graph, node, narrowGradient }) => {
  const share = once(() => times(graph, narrowGradient, scalarLike(graph, 1 / node.inputs.length, output(node))));
  return node.inputs.map((value) => () => undoBroadcast(graph, share(), value, output(node)));
});

/** The operators of this family. */
export const arithmeticOperators: readonly Operator[] = [add, subtract, multiply, divide, remainder, sum, mean];
