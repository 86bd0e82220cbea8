/**
 * From vectors to the tensors that a program takes, checked on the way.
 *
 * @module
 */
import { elementCount, Fault, type Layout, tensorOf } from "@potluck/core";
import type { LabelRange } from "../objective/objective.ts";
import {
  type EvaluationProgram,
  parameterInput,
  type TargetFormat,
  type TrainingProgram,
} from "../training/program.ts";
import { float32, int64, type Tensor, type Tensors } from "./tensor.ts";

/** Features as they may be stored. */
export type StoredFeatures = Uint8Array | Int32Array | Float32Array;

/** Examples as a runtime takes them, one row after another. Must not lie in shared memory. */
export interface ExampleRows {
  /** Stored features; their type is that of the program's `FeatureFormat`. */
  readonly features: StoredFeatures;
  /** What the model should say, row after row: class labels or numbers. Left out where the features say it. */
  readonly targets?: ArrayLike<number>;
}

/** What rows must look like: what a program says of them. */
export type RowFormat = Pick<TrainingProgram | EvaluationProgram, "features" | "exampleShape" | "targets" | "labels">;

/** The number of `rows`. Throws Fault "data-invalid", which names the row, where they are not as `format` says. */
export function checkRows({ features, targets }: ExampleRows, format: RowFormat): number {
  const stored = storedType(features);
  if (stored !== format.features.dataType) {
    throw invalid(`the features are ${stored}, and the program was made for ${format.features.dataType}`);
  }
  const rowLength = elementCount(format.exampleShape);
  const rows = features.length / rowLength;
  if (!Number.isInteger(rows)) {
    throw invalid(`${features.length} features are no whole number of examples [${format.exampleShape.join(", ")}]`);
  }
  if (features instanceof Float32Array) checkFinite(features, rowLength, "features");
  if (format.targets === null) {
    if (format.labels !== null) checkLabels(features, rowLength, format.labels, "features");
  } else checkTargets(targets, rows, format.targets, format.labels);
  return rows;
}

function storedType(features: StoredFeatures): RowFormat["features"]["dataType"] {
  if (features instanceof Uint8Array) return "uint8";
  return features instanceof Int32Array ? "int32" : "float32";
}

function checkTargets(
  targets: ArrayLike<number> | undefined,
  rows: number,
  { shape }: TargetFormat,
  labels: LabelRange | null,
): void {
  const rowLength = elementCount(shape);
  if (targets?.length !== rows * rowLength) {
    throw invalid(`${targets?.length ?? 0} targets for ${rows} examples, each of which takes ${rowLength}`);
  }
  if (labels === null) checkFinite(targets, rowLength, "targets");
  else checkLabels(targets, rowLength, labels, "targets");
}

function checkFinite(values: ArrayLike<number>, rowLength: number, name: string): void {
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at])) continue;
    throw invalid(`row ${Math.floor(at / rowLength)} of the ${name} holds ${values[at]}`);
  }
}

function checkLabels(
  values: ArrayLike<number>,
  rowLength: number,
  { classes, ignored }: LabelRange,
  name: string,
): void {
  for (let at = 0; at < values.length; at++) {
    const label = values[at];
    const isClass = label !== undefined && Number.isInteger(label) && label >= 0 && label < classes;
    if (isClass || label === ignored) continue;
    throw invalid(
      `row ${Math.floor(at / rowLength)} of the ${name} holds ${label}, and the model knows 0 to ${classes - 1}`,
    );
  }
}

/** `targets` as the tensor that a program takes. */
export function targetTensor(targets: ArrayLike<number>, rows: number, { dataType, shape }: TargetFormat): Tensor {
  const dims = [rows, ...shape];
  if (dataType === "float32") return float32(Float32Array.from(targets), dims);
  return int64(
    BigInt64Array.from({ length: targets.length }, (_, at) => BigInt(targets[at] ?? 0)),
    dims,
  );
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
    "Give every example its features and, if the loss asks for them, its targets.",
  );
}
