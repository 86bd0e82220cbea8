/** Products with vectors against finite differences, on the models that PyTorch exported. */
import { fold, normals, present, rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { dense } from "../builder/dense.ts";
import { sequential } from "../builder/sequential.ts";
import type { Model } from "../graph/graph.ts";
import { writeModel } from "../onnx/write.ts";
import { type Scene, sceneOf } from "../pytorch-golden.ts";
import { initialParams, withParams } from "../training/parameters.ts";
import { createHessian, createJacobian } from "./products.ts";
import { openSession } from "./session.ts";
import { featureTensor, float32, int64, type Tensor } from "./tensor.ts";

const TOLERANCE = 1e-3;

function direction(name: string, length: number): Float32Array {
  const vector = Float32Array.from(normals(fold(rootKey(3), name), length));
  const norm = Math.hypot(...vector);
  return vector.map((x) => x / norm);
}

function moved(params: Float32Array, along: Float32Array, step: number): Float32Array {
  return params.map((x, i) => x + step * (along[i] ?? 0));
}

/** (above − below) ÷ 2h */
function difference(above: Float32Array, below: Float32Array, step: number): readonly number[] {
  return Array.from(above, (x, i) => (x - (below[i] ?? Number.NaN)) / (2 * step));
}

function inner(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}

/** ‖actual − expected‖ ÷ ‖expected‖ */
function relativeDistance(actual: Float32Array, expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.hypot(...expected.map((x, i) => x - (actual[i] ?? Number.NaN))) / Math.hypot(...expected);
}

/** `model` with a smooth function in the place of each rectifier. */
function smooth(model: Model): Model {
  const nodes = model.graph.nodes.map((node) => (node.operator === "Relu" ? { ...node, operator: "Softplus" } : node));
  return { ...model, graph: { ...model.graph, nodes } };
}

/** The step h of each: as long as its rectifiers and maxima allow, because rounding grows as 1 ÷ h. */
const hessians: readonly (readonly [string, number])[] = [
  ["logistic-regression", 0.03],
  ["mlp", 0.01],
  ["lenet-5", 0.03],
  ["fedavg-cnn", 0.003],
  ["char-lstm", 0.1],
  ["gpt", 0.03],
  ["vit-tiny", 0.01],
];

/** Checks H v against finite differences of the gradient, and uᵀ H v against vᵀ H u. */
async function checkHessian({ options, batch }: Scene, step: number): Promise<void> {
  const hessian = await createHessian(options);
  const [u, v] = ["u", "v"].map((name) => direction(name, batch.params.length));
  const along = present(v, "v");
  const across = present(u, "u");
  const at = (params: Float32Array, towards: Float32Array) => hessian.times({ ...batch, params, direction: towards });
  const { product } = await at(batch.params, along);
  const { product: other } = await at(batch.params, across);
  const above = await at(moved(batch.params, along, step), along);
  const below = await at(moved(batch.params, along, -step), along);
  await hessian.close();
  expect(relativeDistance(product, difference(above.gradient, below.gradient, step))).toBeLessThan(TOLERANCE);
  expect(Math.abs(inner(across, product) - inner(along, other))).toBeLessThan(1e-6 * Math.hypot(...product));
}

describe("the second derivative of the loss along a vector agrees with finite differences of the gradient", () => {
  test.each(hessians)("in %s", async (model, step) => {
    await checkHessian(sceneOf(`${model}.onnx`), step);
  });

  test("in resnet-20-group-norm with smooth rectifiers", async () => {
    // Its own have a corner in every 1e-4 of the way, at each of which the gradient jumps.
    const scene = sceneOf("resnet-20-group-norm.onnx");
    await checkHessian({ ...scene, options: { ...scene.options, model: smooth(scene.options.model) } }, 0.01);
  });
});

/** What a model says in evaluation. */
async function outputOf(scene: Scene, params: Float32Array, length: number): Promise<Float32Array> {
  const { options, batch, shape } = scene;
  const { graph } = options.model;
  const session = await openSession(writeModel(withParams(options.model, params, options.parameters)));
  const { features } = batch;
  const input: Tensor =
    features instanceof Int32Array
      ? int64(BigInt64Array.from(features, BigInt), shape)
      : featureTensor(features, shape);
  const output = new Float32Array(length);
  const [{ name, shape: outputShape } = { name: "", shape: null }] = graph.outputs;
  const sizes = (outputShape ?? []).map((size) => (typeof size === "number" ? size : (shape[0] ?? 0)));
  await session.run({ [graph.inputs[0]?.name ?? ""]: input }, { [name]: float32(output, sizes) });
  await session.close();
  return output;
}

describe("the derivative of the output along a vector agrees with finite differences of the output", () => {
  test.each([
    ["mlp", 0.01],
    ["lenet-5", 0.03],
    ["char-gru", 0.03],
    ["gpt", 0.01],
  ])("in %s", async (model, step) => {
    await checkJacobian(sceneOf(`${model}.onnx`), step);
  });

  test("in resnet-20-batch-norm with smooth rectifiers, its statistics as they are", async () => {
    const scene = sceneOf("resnet-20-batch-norm.onnx");
    await checkJacobian({ ...scene, options: { ...scene.options, model: smooth(scene.options.model) } }, 0.003);
  });
});

/** Checks J v against finite differences of the output. */
async function checkJacobian(scene: Scene, step: number): Promise<void> {
  const { params, features } = scene.batch;
  const jacobian = await createJacobian(scene.options);
  const statistics = jacobian.layout.filter(({ name }) => name.includes("running"));
  const along = direction("v", params.length);
  for (const { offset, length } of statistics) along.fill(0, offset, offset + length);
  const change = await jacobian.times({ params, features, direction: along });
  await jacobian.close();
  const above = await outputOf(scene, moved(params, along, step), change.length);
  const below = await outputOf(scene, moved(params, along, -step), change.length);
  expect(relativeDistance(change, difference(above, below, step))).toBeLessThan(TOLERANCE);
}

describe("bad input", () => {
  const model = sequential({ input: [3], layers: [dense({ units: 4 })], key: rootKey(1) });
  const params = initialParams(model);
  const rows = { params, features: Float32Array.of(1, 2, 3), targets: [1] };

  test.each([
    ["a direction of another length", { direction: new Float32Array(3) }],
    ["a label that there is not", { targets: [4] }],
    ["features that are no whole number of rows", { features: new Float32Array(4) }],
    ["a seed that is no whole number", { seed: 0.5 }],
    ["a seed that is too large", { seed: 2 ** 32 }],
    ["no rows", { features: new Float32Array(0), targets: [] }],
  ])("%s is refused", async (_, wrong) => {
    const hessian = await createHessian({ model });
    await expect(hessian.times({ ...rows, direction: params, ...wrong })).rejects.toMatchObject({
      code: "data-invalid",
    });
    await hessian.close();
  });

  test("parameters at which the loss is not finite are told", async () => {
    const hessian = await createHessian({ model });
    const lost = params.map(() => Infinity);
    await expect(hessian.times({ ...rows, params: lost, direction: params })).rejects.toMatchObject({
      code: "training-failed",
    });
    await hessian.close();
  });
});
