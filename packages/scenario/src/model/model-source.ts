/**
 * The contract of model sources: where the model of a scenario comes from.
 *
 * @module
 */
import type { Examples, Key } from "@potluck/core";
import type { Model } from "@potluck/engine";

/** Where a model comes from. */
export interface ModelSource {
  /** The model with its first parameters, for examples of this shape, with an output for each class or number to predict. */
  readonly build: (request: ModelRequest) => Promise<Model>;
}

/** What a model is needed for. */
export interface ModelRequest {
  readonly examples: Examples;
  /** Decides the first parameters. */
  readonly key: Key;
}
