/**
 * Next-token cross-entropy: at each place of a sequence the model says which token comes next, and the sequence itself
 * says what was right.
 *
 *     loss of place t = −ln softmax(z_t)[token_(t+1)],     t < T − 1
 *
 * The last place has no next token and does not count, nor does a place whose next token is `ignoreIndex`: the padding
 * of short sequences. It is the tokens that are shifted, not the scores, which are many times as large; the last place
 * gets a label that is ignored.
 *
 * Trust: tokens are in range; {@link Objective.labels} says which are, and who has the data checks them.
 *
 * @module
 */
import { Fault, type OptionSpecs } from "@potluck/core";
import { shapeText } from "../graph/dimensions.ts";
import type { GraphBuilder, TensorType } from "../graph/graph-builder.ts";
import { cast } from "../graph/operators/comparison.ts";
import { int64List, scalarTensor } from "../graph/tensors.ts";
import { appendLabelLosses, appendLabelMean, appendRanks, type Labelled, scoreLayout } from "./class-scores.ts";
import { type Objective, objectiveReference, type Scene, unfitOutput } from "./objective.ts";

/** Options of {@link nextToken}. */
export interface NextTokenOptions {
  /** The token that does not count as a next one, and that the model takes: padding. Null by default: all count. */
  readonly ignoreIndex?: number | null;
}

const NAME = "next-token";

const OPTIONS: OptionSpecs<NextTokenOptions> = {
  ignoreIndex: { kind: "number", integer: true, default: null, about: "the token that does not count as a next one" },
};

/**
 * Cross-entropy of float32 [batch, time, vocabulary] against the tokens that follow in the features, whole numbers
 * [batch, time]. Throws Fault "option-invalid".
 */
export function nextToken(options: NextTokenOptions = {}): Objective {
  const { ignoreIndex = null } = options;
  const labelled = (graph: GraphBuilder, scene: Scene): Labelled => followingTokens(graph, scene, ignoreIndex);
  return {
    part: objectiveReference(NAME, OPTIONS, options),
    targets: (output, features) => {
      requireSequences(output, features);
      return null;
    },
    losses: (graph, scene) => appendLabelLosses(graph, labelled(graph, scene)),
    mean: (graph, scene) => appendLabelMean(graph, labelled(graph, scene)),
    ranks: (graph, scene) => appendRanks(graph, labelled(graph, scene)),
    labels: (output) => ({ classes: scoreLayout(NAME, output).classes, ignored: ignoreIndex }),
  };
}

/** The tokens, each one place earlier; what comes last is a label that is ignored. */
function followingTokens(graph: GraphBuilder, { output, features }: Scene, ignoreIndex: number | null): Labelled {
  const ignored = ignoreIndex ?? scoreLayout(NAME, graph.typeOf(output)).classes;
  const tokens = graph.typeOf(features).dataType === "int64" ? features : cast(graph, features, "int64");
  // One cell less before the first place, one more behind the last.
  const shift = graph.constant(int64List([0, -1, 0, 1]));
  const labels = graph.add("Pad", [tokens, shift, graph.constant(scalarTensor("int64", ignored))]);
  return { scores: output, labels, ignored, smoothing: 0 };
}

function requireSequences(output: TensorType, features: TensorType): void {
  const { scored } = scoreLayout(NAME, output);
  if (scored.length !== 2) throw unfitOutput(NAME, output, "float32[batch, time, vocabulary]");
  const isWhole = features.dataType === "int64" || features.dataType === "int32";
  if (isWhole && shapeText(features.shape) === shapeText(scored)) return;
  throw new Fault(
    "model-unsupported",
    `the loss "${NAME}" wants a token for each of ${shapeText(scored)}, and the features are ` +
      `${features.dataType}${shapeText(features.shape)}`,
    "Train a model whose input is its tokens, int64 [batch, time], with scores for each of them.",
  );
}
