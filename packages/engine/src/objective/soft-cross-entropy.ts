/**
 * Softmax cross-entropy against the probabilities q that the classes should have: distillation, mixed labels.
 *
 *     loss = −Σ_k q_k · ln softmax(z)_k
 *
 * The same as PyTorch's `cross_entropy` with probabilities, which has the classes on axis 1. The right class, where one
 * is asked for, is the most probable one, of equal ones the first.
 *
 * Trust: the probabilities of one thing are in [0, 1] and their sum is 1; {@link Objective.probabilities} says so, and who
 * has the data checks them. PyTorch does not: it takes any numbers, which is how scores get among the targets, or the
 * labels of a thing that has several at a time.
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
    probabilities: "distribution",
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
