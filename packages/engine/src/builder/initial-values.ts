/**
 * Initial parameters: at random about zero, so wide that signals neither grow nor fade from layer to layer. Uniform in
 * (−b, b), where n_in and n_out are the numbers of values that one output is made of, and that one input goes into:
 *
 *     glorot:  b = √(6 ÷ (n_in + n_out))      he:  b = √(6 ÷ n_in)      pytorch:  b = √(1 ÷ n_in)
 *
 * "he" makes up for activations that cut half of the signal away, such as relu. "pytorch" is what the layers of PyTorch
 * start with. With { deviation } they are normal.
 *
 * Biases start at zero; with "pytorch" they are drawn like the weights.
 *
 * Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010,
 * https://proceedings.mlr.press/v9/glorot10a.html
 * He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, https://arxiv.org/abs/1502.01852
 *
 * @module
 */
import { type Key, normalStream, uniformStream } from "@potluck/core";
import { checkPositive } from "./checks.ts";

/** How wide initial weights are spread; `deviation` > 0 is a standard deviation. */
export type InitialSpread = "glorot" | "he" | "pytorch" | { readonly deviation: number };

/** How many values meet in one output, and how many outputs one value goes into. */
export interface Fan {
  readonly inputs: number;
  readonly outputs: number;
}

/** Draws the first values of a parameter, `length` of them; equal keys give equal bits. */
export type InitialValues = (key: Key, length: number) => Float32Array;

/** Weights. */
export function initialWeights(fan: Fan, spread: InitialSpread): InitialValues {
  return typeof spread === "string" ? uniformValues(boundOf(fan, spread)) : normalValues(spread.deviation);
}

/** The biases that belong to such weights. */
export function initialBias(fan: Fan, spread: InitialSpread): InitialValues {
  return spread === "pytorch" ? uniformValues(boundOf(fan, spread)) : constantValues(0);
}

/** Uniform in (−bound, bound). */
export function uniformValues(bound: number): InitialValues {
  return (key, length) => {
    const uniform = uniformStream(key);
    return Float32Array.from({ length }, () => (2 * uniform() - 1) * bound);
  };
}

/** Normal with mean 0 and this standard deviation. */
export function normalValues(deviation: number): InitialValues {
  return (key, length) => {
    const normal = normalStream(key);
    return Float32Array.from({ length }, () => deviation * normal());
  };
}

/** The same number everywhere. */
export function constantValues(value: number): InitialValues {
  return (_, length) => new Float32Array(length).fill(value);
}

/** Throws Fault "option-invalid" for a deviation that is not above 0. */
export function checkSpread(layer: string, spread: InitialSpread = "glorot"): void {
  if (typeof spread !== "string") checkPositive(layer, "the deviation of spread", spread.deviation);
}

function boundOf({ inputs, outputs }: Fan, spread: "glorot" | "he" | "pytorch"): number {
  switch (spread) {
    case "glorot":
      return Math.sqrt(6 / (inputs + outputs));
    case "he":
      return Math.sqrt(6 / inputs);
    case "pytorch":
      return Math.sqrt(1 / inputs);
  }
}
