/**
 * Comparisons, choices and conversions.
 *
 * @module
 */
import { int, intOf } from "../attributes.ts";
import { describe } from "../check.ts";
import { elementTypeCode, elementTypeOf, isFloating } from "../element-types.ts";
import type { DataType } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { input, inputType, noFlops, type Operator, output, perElement } from "../operator.ts";
import { meetingType } from "./arithmetic.ts";
import { broadcast, undoBroadcast } from "./broadcasting.ts";
import { scalarLike } from "./constants.ts";

/** The condition value > 0, elementwise. */
export function isPositive(graph: GraphBuilder, value: string): string {
  return graph.add("Greater", [value, scalarLike(graph, 0, value)]);
}

/** 1 where value > 0, else 0, in the element type of `value`. */
export function positiveMask(graph: GraphBuilder, value: string): string {
  return cast(graph, isPositive(graph, value), graph.typeOf(value).dataType);
}

/** `value` converted to another element type. */
export function cast(graph: GraphBuilder, value: string, to: DataType): string {
  return graph.add("Cast", [value], { to: int(elementTypeCode(to)) });
}

function comparison(name: string): Operator {
  return {
    name,
    types: (application) => [{ ...meetingType(application), dataType: "bool" }],
    gradient: "zero",
    flops: perElement(1),
  };
}

/** y = a where the condition holds, else b. */
const where: Operator = {
  name: "Where",
  types: (application) => {
    const types = [0, 1, 2].map((at) => inputType(application, at));
    const shapes = types.map(({ shape }) => shape);
    return [{ dataType: inputType(application, 1).dataType, shape: broadcast(application.node, shapes) }];
  },
  gradient: ({ graph, node, narrowGradient: g }) => {
    const [condition, a, b, y] = [input(node, 0), input(node, 1), input(node, 2), output(node)];
    const zero = (): string => scalarLike(graph, 0, y);
    return [
      null,
      () => undoBroadcast(graph, graph.add("Where", [condition, g, zero()]), a, y),
      () => undoBroadcast(graph, graph.add("Where", [condition, zero(), g]), b, y),
    ];
  },
  flops: noFlops,
};

/** Conversion between element types. The differentiation sees to it that no gradient flows through whole numbers. */
const castOperator: Operator = {
  name: "Cast",
  types: (application) => {
    const { node } = application;
    return [{ ...inputType(application, 0), dataType: elementTypeOf(intOf(node, "to", 0), describe(node)) }];
  },
  gradient: ({ graph, node, narrowGradient }) => {
    const { dataType } = graph.typeOf(input(node, 0));
    return [isFloating(dataType) ? () => cast(graph, narrowGradient, dataType) : null];
  },
  flops: noFlops,
};

/** The operators of this family. */
export const comparisonOperators: readonly Operator[] = [
  comparison("Greater"),
  comparison("Less"),
  comparison("Equal"),
  where,
  castOperator,
];
