/**
 * The second peer of the engine: one step of plain descent on the MLP 784-200-200-10, batch 32, in TensorFlow.js on its
 * WebAssembly backend (SIMD, one
 * thread). The gradient is written out by hand: fewer operations than `variableGrads`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { BATCH_SIZE, LAYER_SIZES, LEARNING_RATE } from "./engine-tasks.ts";

/** A network that can take steps. */
export interface TfjsNetwork {
  /** One step on the same batch as always. */
  readonly step: () => void;
}

/** A network on the WebAssembly backend, with one batch of `features` [32 · 784] in [0, 1] and `labels` [32]. */
export async function tfjsNetwork(features: Float32Array, labels: Int32Array): Promise<TfjsNetwork> {
  setWasmPaths(fileURLToPath(new URL("./node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/", import.meta.url)));
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  await tf.setBackend("wasm");
  await tf.ready();
  const x = tf.tensor2d(features, [BATCH_SIZE, LAYER_SIZES[0]]);
  const target = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), LAYER_SIZES[3]), "float32");
  const layers = [1, 2, 3].map((layer) => newLayer(LAYER_SIZES[layer - 1] ?? 0, LAYER_SIZES[layer] ?? 0));
  return {
    step: () => tf.tidy(() => takeStep(x, target, layers)),
  };
}

interface Layer {
  readonly weights: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
}

function newLayer(inputs: number, outputs: number): Layer {
  const weights = tf.randomUniform<tf.Rank.R2>([inputs, outputs], -0.05, 0.05, "float32", 1);
  return { weights: tf.variable(weights), bias: tf.variable(tf.zeros<tf.Rank.R1>([outputs])) };
}

/** The input of each layer and the logits, last. */
function forward(x: tf.Tensor2D, layers: readonly Layer[]): readonly tf.Tensor2D[] {
  const values = [x];
  layers.forEach(({ weights, bias }, at) => {
    const activation = at < layers.length - 1 ? "relu" : "linear";
    const a = values[at] ?? x;
    values.push(tf.reshape(tf.fused.matMul({ a, b: weights, bias, activation }), [a.shape[0], bias.shape[0]]));
  });
  return values;
}

function takeStep(x: tf.Tensor2D, target: tf.Tensor, layers: readonly Layer[]): void {
  const values = forward(x, layers);
  const logits = values[layers.length] ?? x;
  let d: tf.Tensor2D = tf.mul(tf.sub(tf.softmax(logits), target), 1 / BATCH_SIZE);
  for (let at = layers.length - 1; at >= 0; at--) {
    const [layer, input] = [layers[at], values[at]];
    if (layer === undefined || input === undefined) return;
    const passedBack = at === 0 ? d : tf.mul<tf.Tensor2D>(tf.matMul(d, layer.weights, false, true), tf.step(input));
    layer.weights.assign(tf.sub(layer.weights, tf.mul(LEARNING_RATE, tf.matMul(input, d, true, false))));
    layer.bias.assign(tf.sub(layer.bias, tf.mul(LEARNING_RATE, tf.sum(d, 0))));
    d = passedBack;
  }
}
