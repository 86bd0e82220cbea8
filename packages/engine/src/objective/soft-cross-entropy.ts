/**
 * Softmax cross-entropy against the probabilities q that the classes should have: distillation, mixed labels.
 *
 *     loss = −Σ_k q_k · ln softmax(z)_k
 *
 * The same as PyTorch's `cross_entropy` with probabilities, which has the classes on axis 1. The right class, where one
 * is asked for, is the most probable one, of equal ones the first.
 *
 * Trust: the probabilities of one thing are ≥ 0 and their sum is 1; other targets only scale or shift the loss.
 *
 * @module
 */
import { present } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import { appendCrossEntropy, appendRanks, appendTotalCrossEntropy, scoreLayout } from "./class-scores.ts";
import { elementsOf, type Objective, objectiveReference, type Scene } from "./objective.ts";

const NAME = "soft-cross-entropy";

/** Cross-entropy of float32 [batch, …, classes] against probabilities of that shape. */
export function softCrossEntropy(): Objective {
  return {
    part: objectiveReference(NAME, {}, {}),
    targets: (output) => {
      scoreLayout(NAME, output);
      return output;
    },
    losses: (graph, { output, targets }) => {
      const negated = graph.add("Neg", [present(targets, "the probabilities")]);
      return { losses: appendCrossEntropy(graph, output, negated), weights: null };
    },
    mean: appendMean,
    ranks: (graph, { output, targets }) => {
      const likeliest = { axis: int(-1), keepdims: int(0) };
      const labels = graph.add("ArgMax", [present(targets, "the probabilities")], likeliest);
      return appendRanks(graph, { scores: output, labels, ignored: null, smoothing: 0 });
    },
  };
}

/** Of N things with K classes there are N · K scores: −1/N is −K divided by their number. */
function appendMean(graph: GraphBuilder, { output, targets }: Scene): string {
  const { dataType, shape } = graph.typeOf(output);
  const negatedClasses = scalarLike(graph, -Number(shape.at(-1)), output);
  const scale = graph.add("Div", [negatedClasses, elementsOf(graph, output, dataType)]);
  const negated = graph.add("Mul", [present(targets, "the probabilities"), scale]);
  return appendTotalCrossEntropy(graph, output, negated);
}
