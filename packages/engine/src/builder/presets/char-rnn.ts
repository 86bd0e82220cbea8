/**
 * Character models: an embedding, recurrent layers on top of each other, and scores of the next character at every
 * place. The sizes are those of the paper, for the plays of Shakespeare; all starts like PyTorch's modules.
 *
 * McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-Efficient Learning of Deep Networks from
 * Decentralized Data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * @module
 */
import type { Model } from "../../graph/graph.ts";
import { named } from "../chain.ts";
import { dense } from "../dense.ts";
import { embedding } from "../embedding.ts";
import type { Layer } from "../layer.ts";
import { gru, lstm, type RecurrentOptions } from "../recurrent.ts";
import { sequential } from "../sequential.ts";
import type { TextPresetOptions } from "./preset.ts";

/** Options of {@link charLstm} and {@link charGru}. */
export interface CharRnnOptions extends TextPresetOptions {
  /** The number of values for each character, ≥ 1; 8 unless given. */
  readonly embeddingWidth?: number;
  /** The size of the states, ≥ 1; 256 unless given. */
  readonly units?: number;
  /** The number of recurrent layers, ≥ 1; 2 unless given. */
  readonly layers?: number;
}

/** A character model with LSTM: int64 [batch, length] becomes [batch, length, vocabulary]. Throws Fault "option-invalid". */
export function charLstm(options: CharRnnOptions): Model {
  return charRnn(lstm, options);
}

/** A character model with GRU: int64 [batch, length] becomes [batch, length, vocabulary]. Throws Fault "option-invalid". */
export function charGru(options: CharRnnOptions): Model {
  return charRnn(gru, options);
}

function charRnn(cell: (options: RecurrentOptions) => Layer, options: CharRnnOptions): Model {
  const { vocabulary, length, embeddingWidth = 8, units = 256, layers = 2, key } = options;
  return sequential({
    input: [length],
    dataType: "int64",
    layers: [
      named("embedding", embedding({ vocabulary, width: embeddingWidth })),
      named("rnn", cell({ units, layers })),
      named("head", dense({ units: vocabulary, spread: "pytorch" })),
    ],
    key,
    sizedBy: `a vocabulary of ${vocabulary} and ${units} units`,
  });
}
