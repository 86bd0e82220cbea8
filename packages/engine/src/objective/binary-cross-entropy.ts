/**
 * Binary cross-entropy of logits z against targets t in [0, 1], over all elements:
 *
 *     loss = −t · ln σ(z) − (1 − t) · ln(1 − σ(z)) = ln(1 + e^z) − t · z
 *
 * The second form never takes the logarithm of a probability that underflowed, and its derivative is σ(z) − t. Its
 * rounding error is that of |z|, which matters only where the loss is next to nothing. The same as PyTorch's
 * `binary_cross_entropy_with_logits`.
 *
 * Trust: targets are in [0, 1]; {@link Objective.probabilities} says so, and who has the data checks them. For others the
 * loss has no lower bound.
 *
 * Each element is a choice between two classes, of which the second has the score z and the first 0; the right one is
 * the second where t > ½.
 *
 * @module
 */
import { present } from "@potluck/core";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { cast } from "../graph/operators/comparison.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import { elementTargets, type Objective, objectiveReference, type Scene } from "./objective.ts";

/** Binary cross-entropy of logits against targets of their shape. */
export function binaryCrossEntropy(): Objective {
  const part = objectiveReference("binary-cross-entropy", {}, {});
  return {
    part,
    targets: (output) => elementTargets(part, output),
    losses: (graph, { output, targets }) => {
      const chosen = graph.add("Mul", [output, present(targets, "the targets")]);
      return { losses: graph.add("Sub", [graph.add("Softplus", [output]), chosen]), weights: null };
    },
    ranks: appendRanks,
    probabilities: "single",
  };
}

/** Appends 0 where z > 0 just where t > ½, else 1; 1 also where z is not a number. */
function appendRanks(graph: GraphBuilder, { output, targets }: Scene): string {
  const right = present(targets, "the targets");
  const isSecond = graph.add("Greater", [right, scalarLike(graph, 0.5, right)]);
  const zero = scalarLike(graph, 0, output);
  const saysSecond = graph.add("Greater", [output, zero]);
  const saysFirst = graph.add("LessOrEqual", [output, zero]);
  const isHit = graph.add("Or", [
    graph.add("And", [isSecond, saysSecond]),
    graph.add("And", [graph.add("Not", [isSecond]), saysFirst]),
  ]);
  return cast(graph, graph.add("Not", [isHit]), "int64");
}
