/**
 * Examples for the tests of models: of any shape and number of classes, all zero.
 *
 * @module
 */
import { type Dataset, elementCount, type Examples } from "@potluck/core";

/** One example of each class. */
export function sampleExamples(shape: readonly number[], classes: number): Examples {
  return {
    count: classes,
    shape,
    features: new Uint8Array(classes * elementCount(shape)),
    scale: 1,
    labels: Uint8Array.from({ length: classes }, (_, label) => label),
    classes,
  };
}

/** Such examples to train on, and the same to test on. */
export function sampleDataset(shape: readonly number[], classes: number): Dataset {
  const examples = sampleExamples(shape, classes);
  return { name: "sample", train: examples, test: examples };
}
