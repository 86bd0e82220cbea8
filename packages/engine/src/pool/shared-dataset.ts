/**
 * Puts a dataset where all threads see it, so that it is stored once whatever the number of workers.
 *
 * @module
 */
import { type Dataset, elementCount, type Examples, Fault, type Targets } from "@potluck/core";
import { shareBytes, shareFloats } from "./shared-memory.ts";

/**
 * `dataset` in shared memory, if there is such: itself where it lies there already, otherwise a copy.
 * Throws Fault "data-invalid" where sizes contradict each other, a label is not a class, or there are labels and targets.
 */
export function shareDataset(dataset: Dataset): Dataset {
  const { name, train, test } = dataset;
  return { name, train: shareExamples(train, `${name} (train)`), test: shareExamples(test, `${name} (test)`) };
}

function shareExamples(examples: Examples, where: string): Examples {
  const { count, shape, features, labels, classes, targets } = examples;
  checkLength(where, "features", features.length, count * elementCount(shape));
  if (targets !== undefined) {
    return { ...examples, features: shareFeatures(features), targets: sharedTargets(examples, targets, where) };
  }
  checkLength(where, "labels", labels.length, count);
  const outside = labels.findIndex((label) => label >= classes);
  if (outside >= 0) {
    const what = `${where}: row ${outside} has the label ${labels[outside]}, but there are ${classes} classes`;
    throw new Fault("data-invalid", what, `Use labels from 0 to ${classes - 1}.`);
  }
  return { ...examples, features: shareFeatures(features), labels: shareBytes(labels) };
}

/** The targets of examples, in shared memory if there is such. */
function sharedTargets({ count, labels, classes }: Examples, { values, shape }: Targets, where: string): Targets {
  checkLength(where, "targets", values.length, count * elementCount(shape));
  if (labels.length === 0 && classes === 0) return { shape, values: shareFloats(values) };
  const what = `${where}: there are targets, and ${labels.length} labels of ${classes} classes besides`;
  throw new Fault("data-invalid", what, "Give numbers to predict with labels: new Uint8Array(0) and classes: 0.");
}

function checkLength(where: string, what: string, length: number, expected: number): void {
  if (length === expected) return;
  throw new Fault(
    "data-invalid",
    `${where}: ${length} ${what}, expected ${expected}`,
    "Make count, shape, features and labels or targets of the dataset agree.",
  );
}

function shareFeatures(features: Uint8Array | Float32Array): Uint8Array | Float32Array {
  return features instanceof Uint8Array ? shareBytes(features) : shareFloats(features);
}
