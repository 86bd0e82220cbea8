/**
 * Losses as nodes of a model: the negative logarithm of the probability that the right class was given.
 *
 * With log-probabilities L [batch, classes, …] and labels l [batch, …] the loss of one place is −w_l · L_l, where the
 * weight w of each class is 1 unless it is given, and 0 at places whose label is `ignore_index`. The mean is that
 * over weights: Σ of the losses ÷ Σ of the weights.
 *
 * @module
 */
import { int, intOf, textOf } from "../../graph/attributes.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { input, misfit } from "../../graph/operator.ts";
import { scalarLike } from "../../graph/operators/constants.ts";
import { int64List } from "../../graph/tensors.ts";
import type { Composite } from "../composite.ts";

const negativeLogLikelihoodLoss: Composite = {
  name: "NegativeLogLikelihoodLoss",
  expand: ({ graph, node }) => [lossOf(graph, node, input(node, 0))],
};

/** The same of scores, which become log-probabilities by softmax; these are the second output. */
const softmaxCrossEntropyLoss: Composite = {
  name: "SoftmaxCrossEntropyLoss",
  expand: ({ graph, node }) => {
    const logarithms = graph.add("LogSoftmax", [input(node, 0)], { axis: int(1) });
    return [lossOf(graph, node, logarithms), logarithms];
  },
};

function lossOf(graph: GraphBuilder, node: GraphNode, logarithms: string): string {
  const { ignored, classes } = labelsOf(graph, node);
  const axis = graph.constant(int64List([1]));
  const places = graph.add("Unsqueeze", [classes, axis]);
  const right = graph.add("GatherElements", [logarithms, places], { axis: int(1) });
  const losses = graph.add("Neg", [graph.add("Squeeze", [right, axis])]);
  const weights = weightsOf(graph, node, { ignored, classes, losses });
  return reduced(graph, node, losses, weights);
}

/** The labels, where those that are ignored are class 0; and which those are, null where none is. */
interface Labels {
  readonly ignored: string | null;
  readonly classes: string;
}

function labelsOf(graph: GraphBuilder, node: GraphNode): Labels {
  const labels = input(node, 1);
  if (node.attributes["ignore_index"] === undefined) return { ignored: null, classes: labels };
  const ignored = graph.add("Equal", [labels, scalarLike(graph, intOf(node, "ignore_index", 0), labels)]);
  return { ignored, classes: graph.add("Where", [ignored, scalarLike(graph, 0, labels), labels]) };
}

/** The weight of each place, in the shape of the losses; null where all are 1. */
function weightsOf(
  graph: GraphBuilder,
  node: GraphNode,
  { ignored, classes, losses }: Labels & { readonly losses: string },
): string | null {
  const byClass = node.inputs[2] ?? "";
  const given = byClass === "" ? null : graph.add("Gather", [byClass, classes]);
  if (ignored === null) return given;
  return graph.add("Where", [ignored, scalarLike(graph, 0, losses), given ?? scalarLike(graph, 1, losses)]);
}

function reduced(graph: GraphBuilder, node: GraphNode, losses: string, weights: string | null): string {
  const reduction = textOf(node, "reduction", "mean");
  const weighted = weights === null ? losses : graph.add("Mul", [losses, weights]);
  const sum = (value: string): string => graph.add("ReduceSum", [value], { keepdims: int(0) });
  switch (reduction) {
    case "none":
      return weighted;
    case "sum":
      return sum(weighted);
    case "mean":
      if (weights === null) return graph.add("ReduceMean", [losses], { keepdims: int(0) });
      return graph.add("Div", [sum(weighted), sum(weights)]);
    default:
      throw misfit(node, `the reduction "${reduction}" is not one of none, sum and mean`);
  }
}

/** The composites of this family. */
export const likelihoodLossComposites: readonly Composite[] = [negativeLogLikelihoodLoss, softmaxCrossEntropyLoss];
