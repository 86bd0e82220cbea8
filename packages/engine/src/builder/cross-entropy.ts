/**
 * The loss of classifiers: softmax cross-entropy against class labels, averaged over the batch.
 *
 * With z the logits of an example, c its class and N the size of the batch,
 *
 *     loss = −(1/N) · Σ ln softmax(z)_c,     ∂loss/∂z = (softmax(z) − onehot(c)) ÷ N
 *
 * The logarithm of the softmax is taken at once, which is exact where a probability underflows. It is multiplied
 * with a one-hot matrix that holds −1/N in place of 1: one product and one sum instead of a gather, and its gradient
 * costs no more than the formula above.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import { shapeText } from "../graph/dimensions.ts";
import type { Dimension, Graph } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { cast } from "../graph/operators/comparison.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import { scalarTensor, tensorOf } from "../graph/tensors.ts";

/** The names of what takes part. */
export interface CrossEntropyNames {
  /** The value that holds the logits, [batch, classes]; "logits" unless given. */
  readonly logits?: string;
  /** The new input for the labels, int64 [batch], each in [0, classes); "labels" unless given. */
  readonly labels?: string;
  /** The new output for the mean loss, one float; "loss" unless given. */
  readonly loss?: string;
  /** The new output for the number of examples whose largest logit is that of their class, one float; none unless given. */
  readonly correct?: string;
}

/**
 * `graph` with the loss appended: its inputs and outputs as before, then the labels among the inputs and the loss,
 * and `correct` if it was named, among the outputs.
 * Throws Fault "model-unsupported" where the logits are not [batch, classes] or a name is taken.
 */
export function withCrossEntropy(graph: Graph, names: CrossEntropyNames = {}): Graph {
  const { logits = "logits", labels = "labels", loss = "loss", correct } = names;
  const builder = graphBuilder(graph);
  const [batch, classes] = logitsShape(builder, graph, logits);
  const added = correct === undefined ? [loss] : [loss, correct];
  for (const name of [labels, ...added]) {
    if (!builder.has(name)) continue;
    throw new Fault("model-unsupported", `the model has a value "${name}" already`, "Give the loss other names.");
  }
  builder.input({ name: labels, dataType: "int64", shape: [batch] });
  const targets = oneHotTargets(builder, labels, logits, classes);
  const terms = builder.add("Mul", [builder.add("LogSoftmax", [logits], { axis: int(1) }), targets]);
  builder.add("ReduceSum", [terms], { keepdims: int(0) }, loss);
  if (correct !== undefined) appendCorrect(builder, { logits, labels, correct });
  return builder.build(graph.name, [...graph.outputs.map(({ name }) => name), ...added]);
}

function logitsShape(builder: GraphBuilder, graph: Graph, logits: string): readonly [Dimension, number] {
  const { dataType, shape } = builder.has(logits) ? builder.typeOf(logits) : { dataType: "no value", shape: [] };
  const [batch, classes] = shape;
  if (shape.length === 2 && batch !== undefined && typeof classes === "number") return [batch, classes];
  throw new Fault(
    "model-unsupported",
    `the logits "${logits}" of graph "${graph.name}" are ${dataType}${shapeText(shape)} instead of [batch, classes]`,
    "Name the value that holds one number for each class.",
  );
}

/** −1/N at the class of each example, 0 elsewhere. */
function oneHotTargets(builder: GraphBuilder, labels: string, logits: string, classes: number): string {
  const depth = builder.constant(scalarTensor("int64", classes));
  const [batch] = builder.typeOf(labels).shape;
  const { dataType } = builder.typeOf(logits);
  const signs = builder.constant(tensorOf(dataType, [2], [0, -1]));
  const size =
    typeof batch === "number"
      ? scalarLike(builder, batch, logits)
      : cast(builder, builder.add("Shape", [labels]), dataType);
  return builder.add("OneHot", [labels, depth, builder.add("Div", [signs, size])]);
}

function appendCorrect(builder: GraphBuilder, names: Required<Omit<CrossEntropyNames, "loss">>): void {
  const { logits, labels, correct } = names;
  const predicted = builder.add("ArgMax", [logits], { axis: int(1), keepdims: int(0) });
  const hits = cast(builder, builder.add("Equal", [predicted, labels]), builder.typeOf(logits).dataType);
  builder.add("ReduceSum", [hits], { keepdims: int(0) }, correct);
}
