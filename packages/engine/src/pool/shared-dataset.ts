/**
 * Puts a dataset where all threads see it, so that it is stored once whatever the number of workers.
 *
 * @module
 */
import { type Dataset, elementCount, type Examples, Fault } from "@potluck/core";
import { shareBytes, shareFloats } from "./shared-memory.ts";

/**
 * `dataset` in shared memory, if there is such: itself where it lies there already, otherwise a copy.
 * Throws Fault "data-invalid" where sizes contradict each other or a label is not a class.
 */
export function shareDataset(dataset: Dataset): Dataset {
  const { name, train, test } = dataset;
  return { name, train: shareExamples(train, `${name} (train)`), test: shareExamples(test, `${name} (test)`) };
}

function shareExamples(examples: Examples, where: string): Examples {
  const { count, shape, features, labels, classes } = examples;
  checkLength(where, "features", features.length, count * elementCount(shape));
  checkLength(where, "labels", labels.length, count);
  const outside = labels.findIndex((label) => label >= classes);
  if (outside >= 0) {
    const what = `${where}: row ${outside} has the label ${labels[outside]}, but there are ${classes} classes`;
    throw new Fault("data-invalid", what, `Use labels from 0 to ${classes - 1}.`);
  }
  return { ...examples, features: shareFeatures(features), labels: shareBytes(labels) };
}

function checkLength(where: string, what: string, length: number, expected: number): void {
  if (length === expected) return;
  throw new Fault(
    "data-invalid",
    `${where}: ${length} ${what}, expected ${expected}`,
    "Make count, shape, features and labels of the dataset agree.",
  );
}

function shareFeatures(features: Uint8Array | Float32Array): Uint8Array | Float32Array {
  return features instanceof Uint8Array ? shareBytes(features) : shareFloats(features);
}
