/**
 * What losses over classes have in common. With z the scores of one thing and q the share that each class should have,
 *
 *     loss = −Σ_k q_k · ln softmax(z)_k,     ∂loss/∂z = softmax(z) · Σ_k q_k − q
 *
 * The logarithm of the softmax is taken at once, which is exact where a probability underflows. It is multiplied with
 * shares that hold −1/N already: one product and one sum instead of a gather, and the gradient costs no more than the
 * formula above.
 *
 * Pitfall: a score of −∞ gives 0 · ∞, which is not a number. Models that rule classes out use −1e30 instead.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import { shapeText } from "../graph/dimensions.ts";
import type { Dimension } from "../graph/graph.ts";
import type { GraphBuilder, TensorType } from "../graph/graph-builder.ts";
import { reduceSum } from "../graph/operators/broadcasting.ts";
import { cast } from "../graph/operators/comparison.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import { int64List, scalarTensor, tensorOf } from "../graph/tensors.ts";
import { countOf, elementsOf, type Losses, meanOf, sumOf, unfitOutput } from "./objective.ts";

/** Scores against class labels. */
export interface Labelled {
  /** float32 [batch, …, classes]: logits, before any softmax. */
  readonly scores: string;
  /** int64 [batch, …] */
  readonly labels: string;
  /** The label of what does not count; null: everything counts. */
  readonly ignored: number | null;
  /** ε in [0, 1]: the share that is spread evenly over all classes. */
  readonly smoothing: number;
}

/** How scores are laid out. */
export interface ScoreLayout {
  /** The shape of what is scored: all axes but the last. */
  readonly scored: readonly Dimension[];
  readonly classes: number;
}

/**
 * The layout of the scores [batch, …, classes] of a loss called `name`. Throws Fault "model-unsupported", also for one
 * class: its probability is 1 whatever the model says, so that nothing would be learned.
 */
export function scoreLayout(name: string, output: TensorType): ScoreLayout {
  const scored = output.shape.slice(0, -1);
  const classes = output.shape.at(-1);
  const isFit = output.dataType === "float32" && scored.length > 0 && typeof classes === "number";
  if (!isFit) throw unfitOutput(name, output, "float32[batch, …, classes]");
  if (classes >= 2) return { scored, classes };
  throw new Fault(
    "model-unsupported",
    `the loss "${name}" chooses between 2 classes or more, and the output of the model is ${shapeText(output.shape)}`,
    "Use binaryCrossEntropy() for yes or no, meanSquaredError() for a number, or give the model a score for each class.",
  );
}

/** Appends −Σ_k q_k · ln softmax(z)_k over the last axis; `negated` holds −q, [batch, …, classes]. */
export function appendCrossEntropy(graph: GraphBuilder, scores: string, negated: string): string {
  const lastAxis = graph.typeOf(scores).shape.length - 1;
  return reduceSum(graph, appendTerms(graph, scores, negated), [lastAxis], false);
}

/** Appends the sum of the same over everything: the mean where `negated` holds −q ÷ N. */
export function appendTotalCrossEntropy(graph: GraphBuilder, scores: string, negated: string): string {
  return sumOf(graph, appendTerms(graph, scores, negated));
}

function appendTerms(graph: GraphBuilder, scores: string, negated: string): string {
  return graph.add("Mul", [graph.add("LogSoftmax", [scores], { axis: int(-1) }), negated]);
}

/** Appends the losses of what is labelled. */
export function appendLabelLosses(graph: GraphBuilder, labelled: Labelled): Losses {
  const weights = appendWeights(graph, labelled);
  const sums = appendCrossEntropy(
    graph,
    labelled.scores,
    appendShares(graph, labelled, negatedShares(graph, labelled)),
  );
  // Without smoothing the shares of what does not count are 0 already.
  const masked = weights === null || labelled.smoothing === 0 ? sums : graph.add("Mul", [sums, weights]);
  return { losses: masked, weights };
}

/** Appends their mean. */
export function appendLabelMean(graph: GraphBuilder, labelled: Labelled): string {
  if (labelled.ignored !== null && labelled.smoothing > 0) return meanOf(graph, appendLabelLosses(graph, labelled));
  const weights = appendWeights(graph, labelled);
  const count = weights === null ? elementsOf(graph, labelled.labels, "float32") : countOf(graph, weights);
  const scaled = graph.add("Div", [negatedShares(graph, labelled), count]);
  return appendTotalCrossEntropy(graph, labelled.scores, appendShares(graph, labelled, scaled));
}

/** −ε/K for every other class, and −(1 − ε) − ε/K for the right one. */
function negatedShares(graph: GraphBuilder, { scores, smoothing }: Labelled): string {
  const even = smoothing / classesOf(graph, scores);
  return graph.constant(tensorOf("float32", [2], [-even, smoothing - 1 - even]));
}

/** Appends [batch, …, classes]: of two `shares` the second for the right class, the first for the others. */
function appendShares(graph: GraphBuilder, labelled: Labelled, shares: string): string {
  const { scores, ignored } = labelled;
  const classes = classesOf(graph, scores);
  const depth = graph.constant(scalarTensor("int64", classes));
  // A label outside of [−classes, classes) has no class at all.
  const isOutside = ignored === null || ignored >= classes || ignored < -classes;
  const labels = isOutside ? labelled.labels : replaceIgnored(graph, labelled, classes);
  return graph.add("OneHot", [labels, depth, shares], { axis: int(-1) });
}

/** Appends 0 for each ignored label and 1 for the others, null where none is ignored. */
function appendWeights(graph: GraphBuilder, { scores, labels, ignored }: Labelled): string | null {
  if (ignored === null) return null;
  const isIgnored = graph.add("Equal", [labels, scalarLike(graph, ignored, labels)]);
  return graph.add("Where", [isIgnored, scalarLike(graph, 0, scores), scalarLike(graph, 1, scores)]);
}

function replaceIgnored(graph: GraphBuilder, { labels, ignored }: Labelled, by: number): string {
  if (ignored === null) return labels;
  const isIgnored = graph.add("Equal", [labels, scalarLike(graph, ignored, labels)]);
  return graph.add("Where", [isIgnored, scalarLike(graph, by, labels), labels]);
}

/**
 * Appends the rank of the right class, int64 [batch, …]: K less the number of classes that are not before it. What is
 * not a number is before everything, so that a model which has diverged hits nothing.
 */
export function appendRanks(graph: GraphBuilder, labelled: Labelled): string {
  const { scores } = labelled;
  const classes = classesOf(graph, scores);
  const lastAxis = graph.typeOf(scores).shape.length - 1;
  const labels = graph.add("Unsqueeze", [replaceIgnored(graph, labelled, 0), graph.constant(int64List([lastAxis]))]);
  const right = graph.add("GatherElements", [scores, labels], { axis: int(lastAxis) });
  const positions = graph.constant(int64List(Array.from({ length: classes }, (_, at) => at)));
  const isLaterEqual = graph.add("And", [
    graph.add("Equal", [scores, right]),
    graph.add("GreaterOrEqual", [positions, labels]),
  ]);
  const isNotBefore = graph.add("Or", [graph.add("Less", [scores, right]), isLaterEqual]);
  const notBefore = reduceSum(graph, cast(graph, isNotBefore, "int64"), [lastAxis], false);
  return graph.add("Sub", [graph.constant(scalarTensor("int64", classes)), notBefore]);
}

function classesOf(graph: GraphBuilder, scores: string): number {
  return Number(graph.typeOf(scores).shape.at(-1));
}
