import { expect, test } from "vitest";
import { gradientError, type GradientCheck } from "../../differentiate/check-gradient.ts";
import { appendGradients } from "../../differentiate/differentiate.ts";
import { singleOnly } from "../../differentiate/operator-checks.ts";
import { int } from "../../graph/attributes.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { tensorOf } from "../../graph/tensors.ts";
import { appended, nodeOf } from "../check-rewrite.ts";

/** A composite on float inputs of these shapes, all of whose inputs they are unless the node says otherwise. */
interface Use {
  readonly node: GraphNode;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly single?: boolean;
}

const rnn = { w: [1, 2, 2], r: [1, 2, 2], b: [1, 4] };
const gru = { w: [1, 6, 2], r: [1, 6, 2], b: [1, 12] };
const lstm = { w: [1, 8, 2], r: [1, 8, 2], b: [1, 16] };
const steps = { x: [3, 2, 2] };
const recurrent = (name: string, reset = 0): GraphNode =>
  nodeOf(name, ["x", "w", "r", "b"], ["y"], { hidden_size: int(2), linear_before_reset: int(reset) });
const vectors = { x: [2, 2, 4], s: [4] };

const uses: Readonly<Record<string, Use>> = {
  Attention: {
    node: nodeOf("Attention", ["q", "k", "v"], ["y"], { is_causal: int(1) }),
    inputs: { q: [1, 2, 3, 2], k: [1, 1, 3, 2], v: [1, 1, 3, 2] },
  },
  Gelu: { node: nodeOf("Gelu", ["x"], ["y"]), inputs: { x: [4] }, single: true },
  GroupNormalization: {
    node: nodeOf("GroupNormalization", ["x", "s", "s"], ["y"], { num_groups: int(2) }),
    inputs: { x: [2, 4, 3], s: [4] },
    single: true,
  },
  GRU: { node: recurrent("GRU"), inputs: { ...steps, ...gru } },
  "GRU as PyTorch has it": { node: recurrent("GRU", 1), inputs: { ...steps, ...gru } },
  LSTM: { node: recurrent("LSTM"), inputs: { ...steps, ...lstm } },
  MeanVarianceNormalization: {
    node: nodeOf("MeanVarianceNormalization", ["x"], ["y"]),
    inputs: { x: [2, 2, 2, 2] },
  },
  RMSNormalization: { node: nodeOf("RMSNormalization", ["x", "s"], ["y"]), inputs: vectors },
  RNN: { node: recurrent("RNN"), inputs: { ...steps, ...rnn } },
  RotaryEmbedding: {
    node: nodeOf("RotaryEmbedding", ["x", "c", "s"], ["y"], { num_heads: int(1) }),
    inputs: { x: [1, 2, 4], c: [1, 2, 2], s: [1, 2, 2] },
  },
  SoftmaxCrossEntropyLoss: {
    node: nodeOf("SoftmaxCrossEntropyLoss", ["x", "labels"], ["y"]),
    inputs: { x: [3, 2] },
  },
  Swish: { node: nodeOf("Swish", ["x"], ["y"]), inputs: { x: [4] }, single: true },
};

/** The composite itself; the labels of a loss are the classes 0, 1, 0. */
function build(graph: GraphBuilder, { node }: Use): string {
  const labels = graph.constant(tensorOf("int64", [3], [0, 1, 0]));
  const inputs = node.inputs.map((name) => (name === "labels" ? labels : name));
  return appended(graph, { ...node, inputs })[0] ?? "";
}

/** The gradient of Σ y² with respect to `input`. */
function gradient(graph: GraphBuilder, use: Use, input: string): string {
  const y = build(graph, use);
  const output = graph.add("ReduceSum", [graph.add("Mul", [y, y])], { keepdims: int(0) });
  return appendGradients(graph, { output, withRespectTo: [input] }).get(input) ?? "";
}

test.each(Object.entries(uses))(
  "the gradient of the gradient of %s is what central differences say",
  async (_, use) => {
    for (const input of Object.keys(use.inputs)) {
      const plain: GradientCheck = { inputs: use.inputs, build: (graph) => gradient(graph, use, input) };
      const error = await gradientError(use.single === true ? { ...plain, ...singleOnly } : plain);
      expect(error).toBeLessThan(use.single === true ? 5e-4 : 1e-7);
    }
  },
);
