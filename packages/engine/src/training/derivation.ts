/**
 * The derived graph of a model: forward pass, mean loss of a batch, and the gradient of that for every parameter. It
 * is the same for every solver.
 *
 * @module
 */
import type { Layout } from "@potluck/core";
import { withCrossEntropy } from "../builder/cross-entropy.ts";
import { differentiate } from "../differentiate/differentiate.ts";
import type { Model, ValueInfo } from "../graph/graph.ts";
import { classifierOf } from "./classifier.ts";
import { layoutOfModel } from "./parameters.ts";
import { RESERVED_PREFIX } from "./program.ts";

/** A derived graph, in the operator set of the model that it comes from, and what its values mean. */
export interface Derivation {
  readonly model: Model;
  readonly layout: Layout;
  /** The value of the features, [batch, …]. */
  readonly features: ValueInfo;
  /** The value of the labels, int64 [batch]. */
  readonly labels: string;
  /** The value of the mean loss. */
  readonly loss: string;
  /** The value of each parameter's gradient. */
  readonly gradients: ReadonlyMap<string, string>;
  /** The shape of one example. */
  readonly exampleShape: readonly number[];
  readonly classes: number;
}

const LABELS = `${RESERVED_PREFIX}batch-labels`;
const LOSS = `${RESERVED_PREFIX}batch-loss`;

/** The derived graph of `model`. Throws Fault "model-unsupported". */
export function derive(model: Model): Derivation {
  const { features, scores, exampleShape, classes } = classifierOf(model);
  const layout = layoutOfModel(model);
  const lossGraph = withCrossEntropy(model.graph, { logits: scores.name, labels: LABELS, loss: LOSS });
  const withRespectTo = layout.map(({ name }) => name);
  const { graph, gradients } = differentiate(lossGraph, { output: LOSS, withRespectTo });
  return { model: { ...model, graph }, layout, features, labels: LABELS, loss: LOSS, gradients, exampleShape, classes };
}
