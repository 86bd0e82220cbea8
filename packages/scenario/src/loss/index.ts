/** Losses: what a model is trained for. @module */
export { binaryCrossEntropy } from "./binary-cross-entropy.ts";
export { crossEntropy, type CrossEntropyOptions } from "./cross-entropy.ts";
export { huber, type HuberOptions } from "./huber.ts";
export { meanSquaredError } from "./mean-squared-error.ts";
