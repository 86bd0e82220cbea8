/**
 * Logistic regression: one dense layer, "linear", over all values of an example. It starts like PyTorch's.
 *
 * @module
 */
import type { Key } from "@potluck/core";
import type { Model } from "../../graph/graph.ts";
import { named } from "../chain.ts";
import { dense } from "../dense.ts";
import { flatten } from "../plain-layers.ts";
import { sequential } from "../sequential.ts";

/** Options of {@link logisticRegression}. */
export interface LogisticRegressionOptions {
  /** The shape of one example, such as [784] or [1, 28, 28]. */
  readonly input: readonly number[];
  /** The number of classes, ≥ 1. */
  readonly classes: number;
  /** The random key of the initial parameters: the same key gives the same bits. */
  readonly key: Key;
}

/** Scores of classes for examples of the shape `input`. Throws Fault "option-invalid". */
export function logisticRegression({ input, classes, key }: LogisticRegressionOptions): Model {
  const layers = [flatten(), named("linear", dense({ units: classes, spread: "pytorch" }))];
  return sequential({ input, layers, key, sizedBy: `${classes} classes` });
}
