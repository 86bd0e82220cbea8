/**
 * A linear model: y = W x + b on flattened examples. With a loss of numbers it is linear regression, with cross-entropy
 * softmax regression. Without intercept, b = 0, its parameters on one number to predict are the weights of the features
 * and nothing else: the x of the data `quadratics`.
 *
 * @module
 */
import { definePart, outputsFor, type PartFactory } from "@potluck/core";
import { dense, flatten, sequential } from "@potluck/engine";
import type { ModelSource } from "./model-source.ts";

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Whether b is learnt, the default, or there is none. */
  readonly intercept?: "learnt" | "none";
}

/** The model `linear`. Throws Fault "option-invalid"; so does building one of more than `MAX_PARAMETERS` parameters. */
export const linear: PartFactory<LinearOptions, ModelSource> = definePart<LinearOptions, ModelSource>({
  room: "model",
  name: "linear",
  about: "Weights for each feature: linear regression, or softmax regression for classes.",
  fights: [],
  options: {
    intercept: {
      kind: "choice",
      of: ["learnt", "none"],
      default: "learnt",
      about: "whether a constant is learnt besides the weights",
    },
  },
  make: ({ intercept }) => ({
    build: async ({ examples, key }) => {
      const units = outputsFor(examples);
      const layers = [flatten(), dense({ units, bias: intercept === "learnt" })];
      return sequential({ input: examples.shape, layers, key, sizedBy: `${units} outputs` });
    },
  }),
});
