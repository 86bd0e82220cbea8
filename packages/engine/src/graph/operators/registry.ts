/**
 * The registry: every operator that graphs may hold, by name.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { describe } from "../check.ts";
import type { GraphNode } from "../graph.ts";
import type { Operator } from "../operator.ts";
import { activationOperators } from "./activations.ts";
import { arithmeticOperators } from "./arithmetic.ts";
import { broadcastingOperators } from "./broadcasting.ts";
import { classificationOperators } from "./classification.ts";
import { comparisonOperators } from "./comparison.ts";
import { constantOperators } from "./constants.ts";
import { convolutionOperators } from "./convolution.ts";
import { elementwiseOperators } from "./elementwise.ts";
import { layoutOperators } from "./layout.ts";
import { matrixOperators } from "./matrix.ts";
import { poolingOperators } from "./pooling.ts";
import { reductionOperators } from "./reduction.ts";

/** Every operator that is known. */
export const operators: readonly Operator[] = [
  ...activationOperators,
  ...arithmeticOperators,
  ...broadcastingOperators,
  ...classificationOperators,
  ...comparisonOperators,
  ...constantOperators,
  ...convolutionOperators,
  ...elementwiseOperators,
  ...layoutOperators,
  ...matrixOperators,
  ...poolingOperators,
  ...reductionOperators,
];

const byName: ReadonlyMap<string, Operator> = new Map(operators.map((operator) => [operator.name, operator]));

/** The operator of a node. Throws Fault "model-unsupported" where it is not known. */
export function operatorOf(node: GraphNode): Operator {
  const operator = node.domain === "" ? byName.get(node.operator) : undefined;
  if (operator !== undefined) return operator;
  const domain = node.domain === "" ? "" : ` of domain "${node.domain}"`;
  throw new Fault(
    "model-unsupported",
    `${describe(node)}: the operator${domain} is not supported`,
    `Build the model from operators that are: ${[...byName.keys()].toSorted().join(", ")}.`,
  );
}
