/**
 * Comparisons, choices and conversions.
 *
 * @module
 */
import { int, intOf } from "../attributes.ts";
import { describe } from "../check.ts";
import { elementTypeCode, elementTypeOf, isFloating } from "../element-types.ts";
import { sameNumbers } from "../float-arithmetic.ts";
import type { DataType } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type Application, input, inputType, misfit, noFlops, type Operator, output, perElement } from "../operator.ts";
import { chosenDimensions, convertedDimensions, equalDimensions } from "../shape-arithmetic.ts";
import { commonDataType, meetingType } from "./arithmetic.ts";
import { broadcast, undoBroadcast } from "./broadcasting.ts";
import { scalarLike } from "./constants.ts";

/** The condition value > 0, elementwise. */
export function isPositive(graph: GraphBuilder, value: string): string {
  return graph.add("Greater", [value, scalarLike(graph, 0, value)]);
}

/** 1 where value > 0, else 0, in the element type of `value`. */
export function positiveMask(graph: GraphBuilder, value: string): string {
  return maskOf(graph, isPositive(graph, value), value);
}

/** 1 where the condition holds, else 0, in the element type of `like`. */
export function maskOf(graph: GraphBuilder, condition: string, like: string): string {
  return cast(graph, condition, graph.typeOf(like).dataType);
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

/** Whether a = b. */
const equal: Operator = { ...comparison("Equal"), dimensions: equalDimensions };

/** y = a where the condition holds, else b. */
const where: Operator = {
  name: "Where",
  types: (application) => {
    const condition = inputType(application, 0);
    const branches = [1, 2].map((at) => inputType(application, at));
    if (condition.dataType !== "bool") {
      throw misfit(application.node, `its condition is ${condition.dataType} instead of bool`);
    }
    const shapes = [condition, ...branches].map(({ shape }) => shape);
    return [{ dataType: commonDataType(application.node, branches), shape: broadcast(application.node, shapes) }];
  },
  dimensions: chosenDimensions,
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

/**
 * Conversion to the element type that `target` says. The differentiation sees to it that no gradient flows through
 * whole numbers.
 */
function conversion(name: string, target: (application: Application) => DataType): Operator {
  return {
    name,
    types: (application) => [{ ...inputType(application, 0), dataType: target(application) }],
    dimensions: (application) => convertedDimensions(application, target(application)),
    numbers: sameNumbers,
    gradient: ({ graph, node, narrowGradient }) => {
      const { dataType } = graph.typeOf(input(node, 0));
      return [isFloating(dataType) ? () => cast(graph, narrowGradient, dataType) : null, null];
    },
    flops: noFlops,
  };
}

/** The operators of this family. */
export const comparisonOperators: readonly Operator[] = [
  comparison("Greater"),
  comparison("GreaterOrEqual"),
  comparison("Less"),
  comparison("LessOrEqual"),
  equal,
  where,
  conversion("Cast", ({ node }) => elementTypeOf(intOf(node, "to", 0), describe(node))),
  conversion("CastLike", (application) => inputType(application, 1).dataType),
];
