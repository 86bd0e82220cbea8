/**
 * The model builder, for people without a model file: layers one after another become an ONNX model.
 *
 * The model takes "features" [batch, …input] and gives "logits". Layers are counted by kind, and their parameters
 * named after them: "conv1.weight", "dense2.bias".
 *
 * @module
 */
import { elementCount, fold, type Key } from "@potluck/core";
import { checkParameterCount } from "../graph/capacity.ts";
import { shapeText } from "../graph/dimensions.ts";
import type { Model, TensorData } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { dense } from "./dense.ts";
import type { InitialValues } from "./initial-values.ts";
import { checkSize, type Layer } from "./layer.ts";
import { relu } from "./plain-layers.ts";

/** What a sequential model is made of. */
export interface SequentialOptions {
  /** The shape of one example, such as [784] or [1, 28, 28]. */
  readonly input: readonly number[];
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
export function sequential({ input, layers, key, sizedBy = "these layers" }: SequentialOptions): Model {
  input.forEach((size) => checkSize("sequential", "every dimension of the input", size));
  checkSize("sequential", "the number of layers", layers.length);
  const graph = graphBuilder();
  const features = graph.input({ name: "features", dataType: "float32", shape: ["batch", ...input] });
  const parameters: Parameter[] = [];
  const logits = appendLayers(graph, features, layers, (parameter) => parameters.push(parameter));
  const count = parameters.reduce((sum, { shape }) => sum + product(shape), 0);
  const what = `with ${sizedBy} a model for examples of ${shapeText(input)} would have`;
  checkParameterCount(count, "option-invalid", what, "Use fewer units, filters or layers, or smaller examples.");
  const initializers = new Map(parameters.map((parameter) => [fullName(parameter), filled(parameter, key)]));
  return standardModel({ ...graph.build("model", [logits]), initializers });
}

/** A parameter that has no values yet. */
interface Parameter {
  readonly layer: string;
  readonly ownName: string;
  readonly shape: readonly number[];
  readonly values: InitialValues;
}

/** Like `elementCount`, for shapes that may be larger than anything that can be held. */
function product(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

function fullName({ layer, ownName }: Parameter): string {
  return `${layer}.${ownName}`;
}

/** The parameter with its first values, whose key follows from where it stands. */
function filled({ layer, ownName, shape, values }: Parameter, key: Key): TensorData {
  return float32Tensor(shape, values(fold(fold(key, layer), ownName), elementCount(shape)));
}

/** Appends `layers` to `input` and returns the value of the last; `declare` is told of every parameter. */
function appendLayers(
  graph: GraphBuilder,
  input: string,
  layers: readonly Layer[],
  declare: (parameter: Parameter) => void,
): string {
  const counts = new Map<string, number>();
  return layers.reduce((value, { kind, append }, at) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const layer = `${kind}${count}`;
    const output = at === layers.length - 1 ? "logits" : layer;
    return append({
      graph,
      input: value,
      name: layer,
      output,
      parameter: (ownName, shape, values) => {
        const parameter = { layer, ownName, shape, values };
        declare(parameter);
        return graph.outer(fullName(parameter), { dataType: "float32", shape });
      },
    });
  }, input);
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
