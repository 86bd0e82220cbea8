/**
 * The examples of a device, in whatever form it has them.
 *
 * @module
 */
import { type Dataset, elementCount, type Examples, Fault } from "@potluck/core";

/** Some rows of a dataset. */
export interface LocalData {
  readonly dataset: Dataset;
  /** Those of its training examples that are the device's; all by default. */
  readonly rows?: Uint32Array;
}

/** Examples as plain arrays: the features of one after those of another, with a class label or with numbers to predict for each. */
export interface PlainExamples {
  readonly features: Float32Array | Uint8Array;
  /** The shape of one example: [784] or [1, 28, 28]. */
  readonly shape: readonly number[];
  /** Class labels, whole numbers from 0 to 255. */
  readonly labels?: ArrayLike<number>;
  /** Numbers to predict, in place of labels; as many for each example. */
  readonly targets?: Float32Array;
  /** What features are multiplied with; 1/255 for bytes by default, else 1. */
  readonly scale?: number;
}

/** What a device can bring. */
export type DeviceData = LocalData | Dataset | PlainExamples;

/** The rows that a device trains on, and their dataset. Throws Fault "data-invalid" where there are none, or sizes do not agree. */
export function localRows(data: DeviceData): Required<LocalData> {
  const { dataset, rows = allOf(dataset.train) } = localOf(data);
  if (rows.length > 0) return { dataset, rows };
  throw new Fault("data-invalid", `${dataset.name} has no examples to train on`, "Bring at least one example.");
}

function localOf(data: DeviceData): LocalData {
  if ("dataset" in data) return data;
  return { dataset: "train" in data ? data : datasetOf(data) };
}

function allOf({ count }: Examples): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

function datasetOf(plain: PlainExamples): Dataset {
  const train = examplesOf(plain);
  const isOfBytes = train.features instanceof Uint8Array;
  const none = {
    ...train,
    count: 0,
    features: isOfBytes ? new Uint8Array(0) : new Float32Array(0),
    labels: new Uint8Array(0),
    ...(train.targets !== undefined && { targets: { ...train.targets, values: new Float32Array(0) } }),
  };
  return { name: "the examples of this device", train, test: none };
}

function examplesOf(plain: PlainExamples): Examples {
  const { features, shape, labels, targets } = plain;
  const count = features.length / elementCount(shape);
  if (!Number.isInteger(count)) throw misfit(`${features.length} features are no whole number of`, shape);
  const { scale = features instanceof Uint8Array ? 1 / 255 : 1 } = plain;
  const common = { count, shape, features, scale };
  if (targets !== undefined) {
    const each = targets.length / Math.max(1, count);
    if (!Number.isInteger(each)) throw misfit(`${targets.length} targets do not go with ${count}`, shape);
    return { ...common, labels: new Uint8Array(0), classes: 0, targets: { values: targets, shape: [each] } };
  }
  const own = labelsOf(labels, count);
  return { ...common, labels: own, classes: 1 + own.reduce((most, label) => Math.max(most, label), 0) };
}

function labelsOf(labels: ArrayLike<number> | undefined, count: number): Uint8Array {
  if (labels?.length !== count) {
    const what = `there are ${count} examples and ${labels?.length ?? 0} labels`;
    throw new Fault("data-invalid", what, "Give a label for each example, or numbers to predict (targets).");
  }
  const odd = Array.from(labels).findIndex((label) => !Number.isInteger(label) || label < 0 || label > 255);
  if (odd < 0) return Uint8Array.from(labels);
  const what = `label ${odd} is ${labels[odd]}, not a whole number from 0 to 255`;
  throw new Fault("data-invalid", what, "Number the classes from 0.");
}

function misfit(what: string, shape: readonly number[]): Fault {
  const remedy = "Let features hold one example after another, each with as many numbers as its shape says.";
  return new Fault("data-invalid", `${what} examples of the shape [${shape.join(", ")}]`, remedy);
}
