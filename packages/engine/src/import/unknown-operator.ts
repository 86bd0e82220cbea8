/**
 * The fault of operators that cannot be trained through: what they are, where, and what can be done.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { describe } from "../graph/check.ts";
import type { GraphNode } from "../graph/graph.ts";

const GENERAL =
  "Replace it in the model by operators that are supported (docs/reference/operators.md), or train only the part of " +
  "the model behind it.";

/** PyTorch's exporters make a loop over a sequence of it. */
const BAGS = "Instead of nn.EmbeddingBag use nn.Embedding and the sum, mean or maximum over its tokens.";

const advice: readonly { readonly operators: RegExp; readonly remedy: string }[] = [
  {
    operators: /^(Loop|Scan|SequenceMap)$/,
    remedy: "Export the model with fixed lengths, so that its loops are unrolled; or use LSTM, GRU or RNN. " + BAGS,
  },
  {
    operators: /Quantize|Integer$|^QLinear/,
    remedy: "Export the model in float32 and quantise it after training.",
  },
  {
    operators: /^(Random|Bernoulli|Multinomial)/,
    remedy: "Use dropout, which is seeded; other randomness belongs into the inputs of the model.",
  },
  {
    operators: /^(Optional|Sequence)/,
    remedy: `Export a model whose values are all tensors. ${BAGS}`,
  },
  {
    operators: /^(NonZero|Unique|Compress|NonMaxSuppression)$/,
    remedy: "The shape of its result depends on data. Use a mask of fixed shape (Where) instead.",
  },
  {
    operators: /^(String|RegexFullMatch|TfIdfVectorizer|ImageDecoder|LabelEncoder)/,
    remedy: "Prepare the data before they go into the model.",
  },
];

/** The fault of a node whose operator nobody knows; `operatorSet` is that of the model. */
export function unknownOperator(node: GraphNode, operatorSet: number): Fault {
  const { operator, domain } = node;
  const place = domain === "" ? `operator set ${operatorSet}` : `the domain "${domain}"`;
  const remedy =
    domain === ""
      ? (advice.find(({ operators }) => operators.test(operator))?.remedy ?? GENERAL)
      : "Export the model with standard ONNX operators only, without the optimisations of a runtime.";
  return new Fault("model-unsupported", `${describe(node)} of ${place} is not supported`, remedy);
}
