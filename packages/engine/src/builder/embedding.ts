/**
 * Tokens: whole numbers become vectors, know their places, and vectors become scores of tokens again.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { shapeText } from "../graph/dimensions.ts";
import { checkPositive, checkSize } from "./checks.ts";
import { normalValues } from "./initial-values.ts";
import { exampleSizes, type Layer, type LayerPlace, sequenceSizes } from "./layer.ts";
import { appendLinear } from "./linear.ts";

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** The number of tokens, from 1 to `MAX_PARAMETERS`. */
  readonly vocabulary: number;
  /** The number of values for each token, from 1 to `MAX_PARAMETERS`. */
  readonly width: number;
  /** The standard deviation of the initial values, > 0; 1 unless given, as in PyTorch. */
  readonly deviation?: number;
}

/**
 * A vector for each token: int64 [batch, places], each in [0, vocabulary), becomes [batch, places, width]. The vectors
 * are the rows of "weight". Throws Fault "option-invalid".
 */
export function embedding({ vocabulary, width, deviation = 1 }: EmbeddingOptions): Layer {
  checkSize("embedding", "vocabulary", vocabulary);
  checkSize("embedding", "width", width);
  checkPositive("embedding", "deviation", deviation);
  return {
    kind: "embedding",
    append: (place) => {
      exampleSizes(place, { ranks: [2], remedy: "Give the model an input of shape [places].", dataType: "int64" });
      const weight = place.parameter("weight", [vocabulary, width], normalValues(deviation));
      return place.graph.add("Gather", [weight, place.input], {}, place.output);
    },
  };
}

/** Options of {@link positions}. */
export interface PositionsOptions {
  /**
   * As what the vectors are kept: those of an embedding, "weight" of [places, width], which is the default, or a
   * parameter of the layer's own name, [1, places, width], as vision transformers have it.
   */
  readonly kept?: "embedding" | "parameter";
  /** The standard deviation of the initial values, > 0; 0.02 unless given. */
  readonly deviation?: number;
}

/** Adds a learnt vector to each place of [batch, places, width]. Throws Fault "option-invalid". */
export function positions({ kept = "embedding", deviation = 0.02 }: PositionsOptions = {}): Layer {
  checkPositive("positions", "deviation", deviation);
  return {
    kind: "positions",
    append: (place) => {
      const sizes = sequenceSizes(place);
      const [ownName, shape] = kept === "embedding" ? ["weight", sizes] : ["", [1, ...sizes]];
      const vectors = place.parameter(ownName, shape, normalValues(deviation));
      return place.graph.add("Add", [place.input, vectors], {}, place.output);
    },
  };
}

/** Options of {@link tiedOutput}. */
export interface TiedOutputOptions {
  /** The full name of the parameter, [units, inputs], of a layer before, such as "embedding1.weight". */
  readonly to: string;
}

/**
 * A dense layer without bias whose weight is a parameter that the model has already: scores of tokens from vectors by
 * the embedding of the same tokens. Throws Fault "option-invalid" where there is no such parameter or it does not fit.
 *
 * Press, Wolf, "Using the Output Embedding to Improve Language Models", EACL 2017. https://arxiv.org/abs/1608.05859
 */
export function tiedOutput({ to }: TiedOutputOptions): Layer {
  return {
    kind: "output",
    append: (place) => {
      const width = exampleSizes(place, { ranks: [2, 3], remedy: "Put flatten() before it." }).at(-1) ?? 0;
      requireMatrix(place, to, width);
      return appendLinear(place.graph, { input: place.input, weight: to, bias: null }, place.output);
    },
  };
}

function requireMatrix({ graph, name, declares }: LayerPlace, to: string, width: number): void {
  if (!declares(to)) {
    throw new Fault(
      "option-invalid",
      `layer "${name}" is tied to "${to}", and no layer before it has a parameter of that name`,
      'Name the parameter in full, such as "embedding1.weight", or name the embedding: named("tokens", embedding(…)).',
    );
  }
  const { shape } = graph.typeOf(to);
  if (shape.length === 2 && shape[1] === width) return;
  throw new Fault(
    "option-invalid",
    `layer "${name}" is tied to "${to}" of ${shapeText(shape)}, which cannot take vectors of ${width}`,
    `Tie it to a parameter of [units, ${width}], or put dense() before it.`,
  );
}
