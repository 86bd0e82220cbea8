/**
 * Where a model can be trained for a loss, but most likely not for what its user means: its last layer is applied twice,
 * or its classes are on another axis than the loss takes them to be.
 *
 * @module
 */
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { Objective } from "../objective/objective.ts";
import type { Warning } from "./warnings.ts";

/** What the loss of this name applies to the output itself; applied twice it is another function. */
const appliedByLoss: ReadonlyMap<string, string> = new Map([
  ["cross-entropy", "Softmax"],
  ["soft-cross-entropy", "Softmax"],
  ["next-token", "Softmax"],
  ["binary-cross-entropy", "Sigmoid"],
]);

/** The losses whose classes are on the last axis, and on axis 1 in PyTorch. */
const CLASS_LOSSES: readonly string[] = ["cross-entropy", "soft-cross-entropy"];

/** Operators that leave every number as it is, perhaps in another shape. */
const RESHAPING: ReadonlySet<string> = new Set(["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze"]);

/** Operators whose output has the axes of its first input. */
const ELEMENTWISE: ReadonlySet<string> = new Set(
  (
    "Identity Cast Dropout Relu LeakyRelu PRelu Elu Selu Gelu Swish Mish HardSigmoid HardSwish Sigmoid Tanh Softplus " +
    "Softsign Clip Softmax LogSoftmax Add Sub Mul Div Neg Exp Log"
  ).split(" "),
);

/** Operators of which PyTorch has the channels on axis 1. */
const CHANNELS_FIRST: ReadonlySet<string> = new Set(
  (
    "Conv ConvTranspose BatchNormalization InstanceNormalization GroupNormalization MaxPool AveragePool " +
    "GlobalAveragePool GlobalMaxPool Resize DepthToSpace"
  ).split(" "),
);

/** Operators whose last axis is one of features, or that have just put the axes in the order that is wanted. */
const CLASSES_LAST: ReadonlySet<string> = new Set(["MatMul", "Gemm", "Transpose", "LayerNormalization", "Einsum"]);

/** What to know of `graph`, a model's, before it is trained for `objective`. */
export function lossWarnings(graph: Graph, objective: Objective): readonly Warning[] {
  const [output] = graph.outputs;
  if (output === undefined) return [];
  const { name: loss } = objective.part;
  const tensors = [output.name];
  const last = sourceOf(graph, output.name, RESHAPING)?.operator;
  const twice = last !== undefined && appliedByLoss.get(loss) === last ? [{ tensors, ...appliedTwice(last) }] : [];
  if (!CLASS_LOSSES.includes(loss)) return twice;
  const place = classPlace(sourceOf(graph, output.name, ELEMENTWISE)?.operator ?? "", output.shape?.length ?? 0);
  return place === null ? twice : [...twice, { tensors, ...onAxisOne(place) }];
}

function appliedTwice(operator: string): Omit<Warning, "tensors"> {
  const name = operator.toLowerCase();
  return {
    message: `The model ends in a ${name}, which the loss applies itself: it would be applied twice.`,
    remedy: `Export the model without its last ${operator}; apply that to the scores where they are used.`,
  };
}

/** Whether the classes "are" or "may be" on axis 1 of an output with `rank` axes, made by `operator`; null where not. */
function classPlace(operator: string, rank: number): "are" | "may be" | null {
  if (CHANNELS_FIRST.has(operator)) return "are";
  return rank < 4 || CLASSES_LAST.has(operator) ? null : "may be";
}

function onAxisOne(place: "are" | "may be"): Omit<Warning, "tensors"> {
  const remedy = "Export a module that ends in scores.movedim(1, -1)";
  return {
    message: `The loss takes the classes on the last axis; here they ${place} on axis 1, as PyTorch has them.`,
    remedy: place === "are" ? `${remedy}.` : `${remedy} where they are.`,
  };
}

/** The last node on the way to `value` that is none of the operators `passed`; null where there is no such node. */
function sourceOf(graph: Graph, value: string, passed: ReadonlySet<string>): GraphNode | null {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  let node = producers.get(value);
  while (node !== undefined && passed.has(node.operator)) {
    node = node.inputs.map((name) => producers.get(name)).find((producer) => producer !== undefined);
  }
  return node ?? null;
}
