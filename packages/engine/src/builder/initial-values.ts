/**
 * Initial parameters: uniform in (−b, b), so wide that signals neither grow nor fade from layer to layer.
 *
 *     glorot:  b = √(6 ÷ (n_in + n_out))      he:  b = √(6 ÷ n_in)
 *
 * n_in and n_out are the numbers of values that one output is made of, and that one input goes into. "he" makes up
 * for activations that cut half of the signal away, such as relu.
 *
 * Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010,
 * https://proceedings.mlr.press/v9/glorot10a.html
 * He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, https://arxiv.org/abs/1502.01852
 *
 * @module
 */
import { type Key, uniformStream } from "@potluck/core";

/** How wide initial weights are spread. */
export type InitialSpread = "glorot" | "he";

/** How many values meet in one output, and how many outputs one value goes into. */
export interface Fan {
  readonly inputs: number;
  readonly outputs: number;
}

/** Draws the first values of a parameter, `length` of them; equal keys give equal bits. */
export type InitialValues = (key: Key, length: number) => Float32Array;

/** Weights. */
export function initialWeights(fan: Fan, spread: InitialSpread): InitialValues {
  const bound = Math.sqrt(6 / (spread === "he" ? fan.inputs : fan.inputs + fan.outputs));
  return (key, length) => {
    const uniform = uniformStream(key);
    return Float32Array.from({ length }, () => (2 * uniform() - 1) * bound);
  };
}

/** A bias starts at zero. */
export const initialBias: InitialValues = (_, length) => new Float32Array(length);
