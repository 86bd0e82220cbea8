/**
 * The model builder, for people without a model file: layers one after another become an ONNX model. Layers that are
 * made of layers, such as residual(), make graphs of it that are not a chain.
 *
 * The model takes "features" [batch, …input] and gives "logits".
 *
 * @module
 */
import { assertKey, checkOptions, Fault, type Key, valueText } from "@potluck/core";
import { shapeText } from "../graph/dimensions.ts";
import type { Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { appendChain } from "./chain.ts";
import { checkSize } from "./checks.ts";
import { dense } from "./dense.ts";
import { type Draft, filled, placeIn } from "./draft.ts";
import type { Layer } from "./layer.ts";
import { relu } from "./plain-layers.ts";

/** What a sequential model is made of. */
export interface SequentialOptions {
  /** The shape of one example, such as [784], [1, 28, 28] or, for texts of 64 tokens, [64]. */
  readonly input: readonly number[];
  /** "int64" for whole numbers, such as tokens; "float32" unless given. */
  readonly dataType?: "float32" | "int64";
  readonly layers: readonly Layer[];
  /** The random key of the initial parameters: the same key gives the same bits. */
  readonly key: Key;
  /** What the sizes of the layers were chosen by, for the fault of a model that is too large; "these layers" if left out. */
  readonly sizedBy?: string;
}

/**
 * The model that applies `layers` one after another. Throws Fault "option-invalid" where two do not fit, or where they
 * have more than `MAX_PARAMETERS` parameters together.
 */
export function sequential(options: SequentialOptions): Model {
  checkOptions("sequential", ["input", "dataType", "layers", "key", "sizedBy"], options);
  const { input, dataType = "float32", layers, key, sizedBy = "these layers" } = options;
  assertKey("sequential", key);
  requireList("input", input);
  requireList("layers", layers);
  input.forEach((size) => checkSize("sequential", "every dimension of the input", size));
  checkSize("sequential", "the number of layers", layers.length);
  const graph = graphBuilder();
  const draft: Draft = { graph, declarations: new Map() };
  const features = graph.input({ name: "features", dataType, shape: ["batch", ...input] });
  const last = appendChain(placeIn(draft, { input: features, name: "", output: "logits" }), layers);
  const logits = last === "logits" ? last : graph.add("Identity", [last], {}, "logits");
  const what = `with ${sizedBy} a model for examples of ${shapeText(input)} would have`;
  return standardModel(filled(graph.build("model", [logits]), draft.declarations, key, what));
}

function requireList(option: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new Fault(
    "option-invalid",
    `sequential: ${option} must be a list, got ${valueText(value)}`,
    `Change ${option}.`,
  );
}

/** What a multilayer perceptron is made of. */
export interface MlpOptions {
  /** The number of values of one example, ≥ 1. */
  readonly inputs: number;
  /** The number of units of each hidden layer, each ≥ 1; none for a linear model. */
  readonly hidden: readonly number[];
  /** The number of classes, ≥ 1. */
  readonly classes: number;
  readonly key: Key;
}

/** Dense layers with relu between them. Throws Fault "option-invalid". */
export function mlp({ inputs, hidden, classes, key }: MlpOptions): Model {
  const between = hidden.flatMap((units) => [dense({ units, spread: "he" }), relu()]);
  const layers = [...between, dense({ units: classes })];
  return sequential({ input: [inputs], layers, key, sizedBy: `hidden [${hidden.join(", ")}]` });
}
