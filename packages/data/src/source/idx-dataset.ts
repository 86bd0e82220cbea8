/**
 * A classification dataset from four IDX files: features and labels, to train on and held out.
 *
 * Features of bytes stand for [0, 1] (scale 1/255), floats for themselves. Images without a channel dimension get
 * one, so that a convolution can read them: [28, 28] becomes [1, 28, 28].
 *
 * @module
 */
import { type Dataset, type Examples, Fault } from "@potluck/core";
import { corrupt } from "./contents.ts";
import { type IdxArray, readIdx } from "./idx-file.ts";

/** Which files a dataset is made of, and how much of it is read. */
export interface IdxDatasetRequest {
  readonly name: string;
  readonly trainFeatures: string;
  readonly trainLabels: string;
  readonly testFeatures: string;
  readonly testLabels: string;
  /**
   * How many classes there are; null for one more than the largest training label, and then every label up to it must
   * occur: one corrupt byte must not make classes that nobody has seen.
   */
  readonly classes: number | null;
  readonly trainExamples: number | null;
  readonly testExamples: number | null;
}

/** Reads the dataset. Rejects with Fault "file-missing", "file-corrupt" or "data-invalid". */
export async function loadIdxDataset(request: IdxDatasetRequest): Promise<Dataset> {
  const trainLabels = await readLabels(request.trainLabels);
  const testLabels = await readLabels(request.testLabels);
  const classes = request.classes ?? 1 + trainLabels.values.reduce((most, label) => Math.max(most, label), 0);
  checkRange(trainLabels, classes);
  checkRange(testLabels, classes);
  const train = joined(await readIdx(request.trainFeatures, request.trainExamples), trainLabels, classes);
  const test = joined(await readIdx(request.testFeatures, request.testExamples), testLabels, classes);
  if (train.shape.join() !== test.shape.join()) {
    throw new Fault(
      "data-invalid",
      `training examples have the shape [${train.shape.join(", ")}], held-out ones [${test.shape.join(", ")}]`,
      `Check that ${request.trainFeatures} and ${request.testFeatures} belong together.`,
    );
  }
  if (request.classes === null) checkGaps(trainLabels, classes);
  return { name: request.name, train, test };
}

interface Labels {
  readonly path: string;
  readonly values: Uint8Array;
}

async function readLabels(path: string): Promise<Labels> {
  const { values, rowShape } = await readIdx(path, null);
  if (rowShape.length > 0 || !(values instanceof Uint8Array)) {
    throw corrupt(path, "labels must be bytes in one dimension", "Check that it is the file of labels, not of images.");
  }
  return { path, values };
}

/** Throws Fault "data-invalid" if one of the classes, the last of which occurs, has no example. */
function checkGaps({ path, values }: Labels, classes: number): void {
  const seen = new Set(values);
  const gap = Array.from({ length: classes }, (_, label) => label).find((label) => !seen.has(label));
  if (gap === undefined) return;
  const at = values.indexOf(classes - 1);
  const message = `${path}: label ${at} is ${classes - 1}, but no example has the label ${gap}`;
  const remedy = `Correct the labels; where classes without examples are meant, give the option classes: ${classes}.`;
  throw new Fault("data-invalid", message, remedy);
}

function checkRange({ path, values }: Labels, classes: number): void {
  const at = values.findIndex((label) => label >= classes);
  if (at < 0) return;
  const remedy =
    "Correct the labels; if there really are more classes, raise the option classes where the source has it.";
  throw corrupt(path, `label ${at} is ${values[at]}, but ${classes} classes allow 0 to ${classes - 1}`, remedy);
}

function joined(features: IdxArray, labels: Labels, classes: number): Examples {
  if (features.rowShape.length === 0) {
    const remedy = "Check that it is the file of features, not of labels.";
    throw corrupt(features.path, "features need 2 to 4 dimensions, it has 1", remedy);
  }
  if (features.available !== labels.values.length) {
    const what = `it holds ${features.available} examples, but ${labels.path} holds ${labels.values.length} labels`;
    throw corrupt(features.path, what, "Check that the two files belong together.");
  }
  return {
    count: features.count,
    shape: features.rowShape.length === 2 ? [1, ...features.rowShape] : features.rowShape,
    features: features.values,
    scale: features.values instanceof Uint8Array ? 1 / 255 : 1,
    labels: labels.values.subarray(0, features.count),
    classes,
  };
}
