/**
 * GPT-2: tokens and their places, blocks of causal self-attention, and scores of the next token at every place, by the
 * embedding of the tokens where that is tied.
 *
 * As in the paper, weights start normal with a deviation of 0.02, those that lead back to the shortcuts with
 * 0.02 ÷ √(2 · layers), and biases at 0. The projection to queries, keys and values has no bias.
 *
 * Radford, Wu, Child, Luan, Amodei, Sutskever, "Language Models are Unsupervised Multitask Learners", 2019.
 * https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf
 *
 * @module
 */
import type { Model } from "../../graph/graph.ts";
import { named } from "../chain.ts";
import { checkShare, checkSize } from "../checks.ts";
import { dense } from "../dense.ts";
import { embedding, positions, tiedOutput } from "../embedding.ts";
import { layerNorm } from "../normalisation.ts";
import { dropout } from "../plain-layers.ts";
import { sequential } from "../sequential.ts";
import { transformerBlock } from "../transformer-block.ts";
import type { TextPresetOptions } from "./preset.ts";

/** Options of {@link gpt}; `context` takes the place of the length. */
export interface GptOptions extends Omit<TextPresetOptions, "length"> {
  /** The number of blocks, ≥ 1. */
  readonly layers: number;
  /** The number of values at each place, ≥ 1. */
  readonly width: number;
  /** The number of heads, ≥ 1, which divides the width. */
  readonly heads: number;
  /** The number of tokens of one example, ≥ 1. */
  readonly context: number;
  /** Whether the scores are made by the embedding of the tokens, "token_embedding", or by a "head"; yes unless given. */
  readonly tied?: boolean;
  /** The share that is dropped of the embeddings and of what blocks add, in [0, 1); 0 unless given. */
  readonly dropoutRate?: number;
}

const DEVIATION = 0.02;

/** A language model: int64 [batch, context] becomes [batch, context, vocabulary]. Throws Fault "option-invalid". */
export function gpt(options: GptOptions): Model {
  const { layers, width, heads, context, vocabulary, tied = true, dropoutRate = 0, key } = options;
  checkSize("gpt", "layers", layers);
  checkShare("gpt", "dropoutRate", dropoutRate);
  const spread = { deviation: DEVIATION };
  const outputSpread = { deviation: DEVIATION / Math.sqrt(2 * layers) };
  const block = transformerBlock({
    heads,
    causal: true,
    projections: "joint",
    dropoutRate,
    spread,
    outputSpread,
  });
  return sequential({
    input: [context],
    dataType: "int64",
    layers: [
      named("token_embedding", embedding({ vocabulary, width, ...spread })),
      named("position_embedding", positions(spread)),
      ...(dropoutRate > 0 ? [dropout({ rate: dropoutRate })] : []),
      ...Array.from({ length: layers }, (_, at) => named(`blocks.${at}`, block)),
      named("norm", layerNorm()),
      named(
        "head",
        tied ? tiedOutput({ to: "token_embedding.weight" }) : dense({ units: vocabulary, bias: false, spread }),
      ),
    ],
    key,
    sizedBy: `${layers} layers, width ${width} and a vocabulary of ${vocabulary}`,
  });
}
