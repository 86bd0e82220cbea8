/**
 * How features are stored where nobody says it: as the model takes them.
 *
 * @module
 */
import type { Model } from "../graph/graph.ts";
import { type FeatureFormat, PLAIN_FEATURES } from "./program.ts";

/** Whole numbers, such as tokens, as the model takes them. */
const PLAIN_TOKENS: FeatureFormat = { dataType: "int32", scale: 1 };

/** The default of every option `features`: int32 where the first input of the model is int32 or int64, else float32. */
export function plainFeatures({ graph }: Pick<Model, "graph">): FeatureFormat {
  const dataType = graph.inputs[0]?.dataType;
  return dataType === "int32" || dataType === "int64" ? PLAIN_TOKENS : PLAIN_FEATURES;
}
