/**
 * A loss of one's own: the mean over all elements of an expression of the output y and the targets t, written in the
 * language of solvers.
 *
 *     expressionLoss(square(subtract(tensor("output"), tensor("target"))))       (y − t)², the squared error
 *
 * @module
 */
import { type Expression, Fault, present } from "@potluck/core";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import { appendExpression, type Leaf, leavesOf } from "./expression-nodes.ts";
import { elementTargets, type Objective, type ObjectiveReference, type Scene } from "./objective.ts";

/** What the tensors of an expression may be called. */
const OUTPUT = "output";
const TARGET = "target";

/**
 * The loss that `expression` says, of the tensors "output" and "target", which have one shape.
 * Throws Fault "option-invalid" where it uses other tensors or the step, or does not use the output.
 */
export function expressionLoss(expression: Expression): Objective {
  const leaves = leavesOf(expression);
  for (const leaf of leaves) requireKnown(leaf);
  if (!leaves.some((leaf) => leaf.kind === "tensor" && leaf.name === OUTPUT)) throw withoutOutput();
  const part: ObjectiveReference = { name: "expression", options: { expression: JSON.stringify(expression) } };
  return {
    part,
    targets: (output) => elementTargets(part, output),
    losses: (graph, scene) => ({
      losses: appendExpression(graph, expression, (leaf) => leafValue(graph, scene, leaf)),
      weights: null,
    }),
  };
}

function leafValue(graph: GraphBuilder, { output, targets }: Scene, leaf: Leaf): string {
  requireKnown(leaf);
  if (leaf.kind === "constant") return scalarLike(graph, leaf.value, output);
  return leaf.name === OUTPUT ? output : present(targets, "the targets");
}

function requireKnown(leaf: Leaf): asserts leaf is Extract<Leaf, { readonly kind: "constant" | "tensor" }> {
  if (leaf.kind === "constant") return;
  if (leaf.kind === "tensor" && (leaf.name === OUTPUT || leaf.name === TARGET)) return;
  throw new Fault(
    "option-invalid",
    `the expression of a loss uses ${leaf.kind === "tensor" ? `the tensor "${leaf.name}"` : `the ${leaf.kind}`}`,
    `Use the tensors "${OUTPUT}" and "${TARGET}", and constants.`,
  );
}

function withoutOutput(): Fault {
  return new Fault(
    "option-invalid",
    `the expression of a loss does not use the tensor "${OUTPUT}", so that nothing can be learned from it`,
    `Compare "${OUTPUT}" with "${TARGET}".`,
  );
}
