/**
 * What a model must look like to be trained as a classifier: one input of features, one output of class scores.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { Graph, Model, ValueInfo } from "../graph/graph.ts";
import { requireOperatorSet } from "../graph/standard-model.ts";
import { RESERVED_PREFIX } from "./program.ts";

/** A model seen as a classifier. */
export interface Classifier {
  /** The input that takes the features, float32 [batch, …]. */
  readonly features: ValueInfo;
  /** The shape of one example. */
  readonly exampleShape: readonly number[];
  /** The output with a score for each class, float32 [batch, classes]: logits, before any softmax. */
  readonly scores: ValueInfo;
  readonly classes: number;
}

/** `model` seen as a classifier. Throws Fault "model-unsupported" where it is none. */
export function classifierOf(model: Model): Classifier {
  const { graph } = model;
  requireOperatorSet(model);
  refuseReservedNames(graph);
  const features = onlyOne(graph.inputs, "input");
  const scores = onlyOne(graph.outputs, "output");
  const exampleShape = fixedSizes(features);
  const [classes, ...more] = fixedSizes(scores);
  if (classes === undefined || more.length > 0) throw misshapen(scores, "float32 [batch, classes]");
  return { features, exampleShape, scores, classes };
}

function onlyOne(values: readonly ValueInfo[], what: string): ValueInfo {
  const [first, ...more] = values;
  if (first !== undefined && more.length === 0) return first;
  const names = values.map(({ name }) => `"${name}"`).join(", ");
  throw new Fault(
    "model-unsupported",
    `the model has ${values.length} ${what}s (${names}) instead of one`,
    "Export a classifier that takes features and gives class scores, nothing else.",
  );
}

/** The sizes of one example, all but the first dimension. */
function fixedSizes(value: ValueInfo): readonly number[] {
  const [batch, ...example] = value.shape ?? [];
  const sizes = example.filter((size) => typeof size === "number");
  if (value.dataType === "float32" && typeof batch === "string" && sizes.length === example.length) return sizes;
  throw misshapen(value, "float32 [batch, fixed sizes…]");
}

function misshapen({ name, dataType, shape }: ValueInfo, expected: string): Fault {
  return new Fault(
    "model-unsupported",
    `"${name}" is ${dataType} [${shape?.join(", ") ?? "?"}], not ${expected}`,
    "Export the model with a batch dimension that may vary and all others fixed (dynamic_axes in torch.onnx.export).",
  );
}

function refuseReservedNames({ inputs, initializers, nodes }: Graph): void {
  const names = [...inputs.map(({ name }) => name), ...initializers.keys(), ...nodes.flatMap(({ outputs }) => outputs)];
  const reserved = names.find((name) => name.startsWith(RESERVED_PREFIX));
  if (reserved === undefined) return;
  throw new Fault(
    "model-unsupported",
    `the model has a value "${reserved}"; names that start with "${RESERVED_PREFIX}" are reserved`,
    "Rename the value.",
  );
}
