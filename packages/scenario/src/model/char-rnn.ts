/**
 * A recurrent network that tells the next character of a text: an embedding, recurrent layers, and scores from the state
 * after the last character. The defaults are the network for Shakespeare of McMahan, Moore, Ramage, Hampson, Agüera y
 * Arcas, "Communication-efficient learning of deep networks from decentralized data", AISTATS 2017,
 * https://arxiv.org/abs/1602.05629, as LEAF has it, https://arxiv.org/abs/1812.01097.
 *
 * @module
 */
import { definePart, Fault, type PartFactory } from "@potluck/core";
import { dense, embedding, gru, lstm, MAX_PARAMETERS, sequential } from "@potluck/engine";
import type { ModelSource } from "./model-source.ts";

/** Options of {@link charRnn}. Examples are [window], of characters numbered from 0. */
export interface CharRnnOptions {
  /** "lstm" by default. */
  readonly cell?: string;
  /** Values that stand for each character, ≥ 1; 8 by default. */
  readonly embeddingWidth?: number;
  /** The size of the states, ≥ 1; 256 by default. */
  readonly units?: number;
  /** Recurrent layers on top of each other, ≥ 1; 2 by default. */
  readonly layers?: number;
}

const CELLS = { lstm, gru } as const;
const size = { kind: "number", integer: true, minimum: 1, maximum: MAX_PARAMETERS } as const;

/**
 * The model `char-rnn`. Throws Fault "option-invalid"; so does building one of more than `MAX_PARAMETERS` parameters or for
 * examples that are not windows of characters.
 */
export const charRnn: PartFactory<CharRnnOptions, ModelSource> = definePart<CharRnnOptions, ModelSource>({
  room: "model",
  name: "char-rnn",
  about: "An embedding and recurrent layers, for the next character of a text.",
  fights: [],
  options: {
    cell: { kind: "choice", of: ["lstm", "gru"], default: "lstm", about: "long short-term memory, or gated units" },
    embeddingWidth: { ...size, default: 8, about: "values that stand for each character" },
    units: { ...size, default: 256, about: "the size of the states" },
    layers: { ...size, default: 2, about: "recurrent layers on top of each other" },
  },
  make: ({ cell, embeddingWidth, units, layers }) => ({
    build: async ({ examples, key }) => {
      const { shape, classes, scale } = examples;
      if (shape.length !== 1 || scale !== 1 || classes === 0) {
        const told = classes === 0 ? " and come with numbers to predict" : "";
        const given = `its examples have the shape [${shape.join(", ")}] and the scale ${scale}${told}`;
        throw new Fault(
          "option-invalid",
          `model "char-rnn" takes windows of characters, and ${given}`,
          "Use data of text, such as shakespeare, or another model.",
        );
      }
      const recurrent = cell === "gru" ? CELLS.gru : CELLS.lstm;
      return sequential({
        input: shape,
        dataType: "int64",
        layers: [
          embedding({ vocabulary: classes, width: embeddingWidth }),
          recurrent({ units, layers, states: "last" }),
          dense({ units: classes }),
        ],
        key,
        sizedBy: `embeddingWidth ${embeddingWidth}, units ${units} and layers ${layers}`,
      });
    },
  }),
});
