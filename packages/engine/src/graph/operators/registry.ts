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
import { BLOCKED_DOMAIN, blockedOperators } from "./blocked-channels.ts";
import { broadcastingOperators } from "./broadcasting.ts";
import { classificationOperators } from "./classification.ts";
import { comparisonOperators } from "./comparison.ts";
import { constantOperators } from "./constants.ts";
import { convolutionOperators } from "./convolution.ts";
import { einsumOperators } from "./einsum.ts";
import { elementwiseOperators } from "./elementwise.ts";
import { extremeOperators } from "./extremes.ts";
import { identityOperators } from "./identity.ts";
import { indexingOperators } from "./indexing.ts";
import { joiningOperators } from "./joining.ts";
import { layerNormalisationOperators } from "./layer-normalisation.ts";
import { layoutOperators } from "./layout.ts";
import { logicOperators } from "./logic.ts";
import { matrixOperators } from "./matrix.ts";
import { normalisationOperators } from "./normalisation.ts";
import { orderingOperators } from "./ordering.ts";
import { paddingOperators } from "./padding.ts";
import { poolingOperators } from "./pooling.ts";
import { powerOperators } from "./powers.ts";
import { rectifierOperators } from "./rectifiers.ts";
import { reductionOperators } from "./reduction.ts";
import { roundingOperators } from "./rounding.ts";
import { slicingOperators } from "./slicing.ts";
import { trigonometryOperators } from "./trigonometry.ts";

/** Every operator that is known. */
export const operators: readonly Operator[] = [
  ...activationOperators,
  ...arithmeticOperators,
  ...broadcastingOperators,
  ...classificationOperators,
  ...comparisonOperators,
  ...constantOperators,
  ...convolutionOperators,
  ...einsumOperators,
  ...elementwiseOperators,
  ...extremeOperators,
  ...identityOperators,
  ...indexingOperators,
  ...joiningOperators,
  ...layerNormalisationOperators,
  ...layoutOperators,
  ...logicOperators,
  ...matrixOperators,
  ...normalisationOperators,
  ...orderingOperators,
  ...paddingOperators,
  ...poolingOperators,
  ...powerOperators,
  ...rectifierOperators,
  ...reductionOperators,
  ...roundingOperators,
  ...slicingOperators,
  ...trigonometryOperators,
];

const byName = named(operators);

/** By domain. The blocked ones are no operators for models: training and evaluation put them in at the end. */
const byDomain: ReadonlyMap<string, ReadonlyMap<string, Operator>> = new Map([
  ["", byName],
  [BLOCKED_DOMAIN, named(blockedOperators)],
]);

function named(all: readonly Operator[]): ReadonlyMap<string, Operator> {
  return new Map(all.map((operator) => [operator.name, operator]));
}

/** The operator of a node. Throws Fault "model-unsupported" where it is not known. */
export function operatorOf(node: GraphNode): Operator {
  const operator = byDomain.get(node.domain)?.get(node.operator);
  if (operator !== undefined) return operator;
  const domain = node.domain === "" ? "" : ` of domain "${node.domain}"`;
  throw new Fault(
    "model-unsupported",
    `${describe(node)}: the operator${domain} is not supported`,
    `Build the model from operators that are: ${[...byName.keys()].toSorted().join(", ")}.`,
  );
}
