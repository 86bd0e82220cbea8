/**
 * The model builder, for people without a model file: layers one after another become an ONNX model.
 *
 * The model takes "features" [batch, …input] and gives "logits". Layers are counted by kind, and their parameters
 * named after them: "conv1.weight", "dense2.bias".
 *
 * @module
 */
import { fold, type Key } from "@potluck/core";
import type { Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { dense } from "./dense.ts";
import { type Layer, wholeOption } from "./layer.ts";
import { relu } from "./plain-layers.ts";

/** What a sequential model is made of. */
export interface SequentialOptions {
  /** The shape of one example, such as [784] or [1, 28, 28]. */
  readonly input: readonly number[];
  readonly layers: readonly Layer[];
  /** The random key of the initial parameters: the same key gives the same bits. */
  readonly key: Key;
}

/** The model that applies `layers` one after another. Throws Fault "option-invalid" where two do not fit. */
export function sequential({ input, layers, key }: SequentialOptions): Model {
  input.forEach((size) => wholeOption("sequential", "every dimension of the input", size));
  wholeOption("sequential", "the number of layers", layers.length);
  const graph = graphBuilder();
  const counts = new Map<string, number>();
  let value = graph.input({ name: "features", dataType: "float32", shape: ["batch", ...input] });
  layers.forEach(({ kind, append }, at) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const name = `${kind}${count}`;
    const output = at === layers.length - 1 ? "logits" : name;
    value = append({ graph, input: value, name, output, key: fold(key, name) });
  });
  return standardModel(graph.build("model", [value]));
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
  return sequential({ input: [inputs], layers: [...between, dense({ units: classes })], key });
}
