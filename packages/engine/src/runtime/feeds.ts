/**
 * From vectors to the tensors that a program takes, checked on the way.
 *
 * @module
 */
import { elementCount, Fault, type Layout, tensorOf } from "@potluck/core";
import { type FeatureFormat, parameterInput } from "../training/program.ts";
import { float32, type Tensor, type Tensors } from "./session.ts";

/** Labelled examples as a runtime takes them, one row after another. Must not lie in shared memory. */
export interface LabelledRows {
  /** Stored features; their type is that of the program's {@link FeatureFormat}. */
  readonly features: Uint8Array | Float32Array;
  /** Classes in [0, classes). */
  readonly labels: ArrayLike<number>;
}

/** What rows must look like. */
export interface RowFormat {
  readonly features: FeatureFormat;
  readonly exampleShape: readonly number[];
  readonly classes: number;
}

/** Throws Fault "data-invalid" where `rows` are not as `format` says. */
export function checkRows({ features, labels }: LabelledRows, format: RowFormat): void {
  const stored = features instanceof Uint8Array ? "uint8" : "float32";
  if (stored !== format.features.dataType) {
    throw invalid(`features are ${stored}, the program was made for ${format.features.dataType}`);
  }
  const rowLength = elementCount(format.exampleShape);
  if (features.length !== labels.length * rowLength) {
    const expected = `${labels.length} labels and ${rowLength} features an example`;
    throw invalid(`${features.length} features do not fit ${expected} ([${format.exampleShape.join(", ")}])`);
  }
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (label === undefined || !Number.isInteger(label) || label < 0 || label >= format.classes) {
      throw invalid(`row ${row} has the label ${label}, the model tells ${format.classes} classes apart`);
    }
  }
}

/** `labels` as int64 elements. */
export function int64Labels(labels: ArrayLike<number>): BigInt64Array {
  return BigInt64Array.from({ length: labels.length }, (_, row) => BigInt(labels[row] ?? 0));
}

/** One tensor for each parameter, under the names of the program's inputs: views into `params`. */
export function parameterFeeds(layout: Layout, params: Float32Array): Tensors {
  return parameterTensors(layout, params, parameterInput);
}

/** One tensor for each parameter, named by `nameOf`: views into `params`. */
export function parameterTensors(
  layout: Layout,
  params: Float32Array,
  nameOf: (parameter: string) => string,
): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(layout.map((slot) => [nameOf(slot.name), float32(tensorOf(params, slot), slot.shape)]));
}

function invalid(message: string): Fault {
  return new Fault(
    "data-invalid",
    message,
    "Give one label in range for each example, and features of the right kind.",
  );
}
