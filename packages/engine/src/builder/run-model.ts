/**
 * Runs models that were built, for tests: as they are, by ONNX Runtime, and in the forms of evaluation and training.
 *
 * @module
 */
import { elementCount, present } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Graph, Model, TensorData } from "../graph/graph.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor, tensorNumbers } from "../graph/tensors.ts";
import { standardForm } from "../import/standard-form.ts";
import { writeModel } from "../onnx/write.ts";
import { SEED, trainingForm } from "../training/training-form.ts";

/** `model` with other values for some of its parameters; each is a list or one number for all of them. */
export function withParameters(model: Model, values: Readonly<Record<string, number | readonly number[]>>): Model {
  const initializers = new Map(model.graph.initializers);
  for (const [name, given] of Object.entries(values)) {
    const { shape } = present(initializers.get(name), `the parameter "${name}"`);
    const numbers = typeof given === "number" ? Array.from({ length: elementCount(shape) }, () => given) : given;
    initializers.set(name, float32Tensor(shape, numbers));
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

/** The values of a parameter. */
export function parameter(model: Model, name: string): readonly number[] {
  return tensorNumbers(present<TensorData>(model.graph.initializers.get(name), `the parameter "${name}"`));
}

/** The logits for `examples`, a list of flat examples, as ONNX Runtime has them of the model as it is. */
export function logits(model: Model, examples: readonly (readonly number[])[]): Promise<readonly number[]> {
  return logitsOf(model, model.graph, examples);
}

/** The same of the model in standard form. */
export function standardLogits(model: Model, examples: readonly (readonly number[])[]): Promise<readonly number[]> {
  const { graph } = standardForm(model).model;
  return logitsOf(standardModel(graph), graph, examples);
}

/** The same in training, where dropout follows from `seed`. */
export async function trainingLogits(
  model: Model,
  examples: readonly (readonly number[])[],
  seed: number,
): Promise<readonly number[]> {
  const { graph } = trainingForm(standardForm(model).model.graph);
  return logitsOf(standardModel(graph), graph, examples, seed);
}

async function logitsOf(
  model: Model,
  { inputs }: Graph,
  examples: readonly (readonly number[])[],
  seed?: number,
): Promise<readonly number[]> {
  const { dataType, shape } = present(inputs[0], "an input");
  const sizes = [examples.length, ...(shape ?? []).slice(1).map(Number)];
  const values = examples.flat();
  const features =
    dataType === "int64"
      ? new Tensor("int64", BigInt64Array.from(values, BigInt), sizes)
      : new Tensor("float32", Float32Array.from(values), sizes);
  const seeds = inputs.some(({ name }) => name === SEED)
    ? { [SEED]: new Tensor("int64", BigInt64Array.of(BigInt(seed ?? 0)), []) }
    : {};
  const session = await InferenceSession.create(writeModel(model));
  const results = await session.run({ features, ...seeds });
  await session.release();
  return Array.from(present(results["logits"], "logits").data, Number);
}
