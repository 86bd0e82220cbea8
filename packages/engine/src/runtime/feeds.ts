/**
 * From vectors to the tensors that a program takes, checked on the way.
 *
 * @module
 */
import { elementCount, Fault, type Layout, tensorOf } from "@potluck/core";
import type { LabelRange, Probabilities } from "../objective/objective.ts";
import { arrayKind } from "../array-kind.ts";
import {
  type ExampleRules,
  type FeatureFormat,
  parameterInput,
  type TargetFormat,
  type Vocabulary,
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
export interface RowFormat extends ExampleRules {
  readonly features: FeatureFormat;
}

/** How far the sum of probabilities may be from 1: what sums of numbers with 8 bits of precision are. */
const DISTRIBUTION_TOLERANCE = 0.01;

/** The number of `rows`. Throws Fault "data-invalid", which names the row, where they are not as `format` says. */
export function checkRows({ features, targets }: ExampleRows, format: RowFormat): number {
  const stored = storedType(features);
  if (stored !== format.features.dataType) {
    throw invalid(
      `the features are ${stored}, and the program was made for ${format.features.dataType}`,
      "Say how features are stored where the program is made (the option features), or convert them.",
    );
  }
  const rowLength = elementCount(format.exampleShape);
  const rows = features.length / rowLength;
  if (!Number.isInteger(rows)) {
    throw invalid(
      `${features.length} features are no whole number of examples [${format.exampleShape.join(", ")}]`,
      `Give ${rowLength} features for every example, one example after another.`,
    );
  }
  if (features instanceof Float32Array) checkFinite(features, rowLength, "features");
  if (format.vocabulary !== null) checkTokens(features, format.features, format.vocabulary);
  if (format.targets === null) {
    if (format.labels !== null) checkLabels(features, rowLength, format.labels, "features");
  } else checkTargets(targets, rows, format.targets, format);
  return rows;
}

/** How `features` are stored. Throws Fault "data-invalid" for arrays that are none of {@link StoredFeatures}. */
function storedType(features: unknown): FeatureFormat["dataType"] {
  if (features instanceof Float32Array) return "float32";
  if (features instanceof Uint8Array) return "uint8";
  if (features instanceof Int32Array) return "int32";
  throw invalid(
    `the features are ${arrayKind(features)}, and must be a Float32Array, a Uint8Array or an Int32Array`,
    "Convert them, as Float32Array.from(features) does; whole numbers, such as tokens, belong in an Int32Array.",
  );
}

function checkTargets(
  targets: ArrayLike<number> | undefined,
  rows: number,
  { shape }: TargetFormat,
  { labels, probabilities }: Pick<RowFormat, "labels" | "probabilities">,
): void {
  if (Array.isArray(targets?.[0])) {
    const message = "row 0 of the targets holds a list, and targets are plain numbers, one row after another";
    throw invalid(message, "Flatten them: targets.flat().");
  }
  const rowLength = elementCount(shape);
  if (targets?.length !== rows * rowLength) {
    throw invalid(
      `${targets?.length ?? 0} targets for ${rows} examples, each of which takes ${rowLength}`,
      "Give every example its features and its targets; the loss says how many these are.",
    );
  }
  if (typeof targets[0] === "bigint") {
    const remedy = "Convert them: Array.from(targets, Number).";
    throw invalid(`the targets are ${arrayKind(targets)}, and must be plain numbers`, remedy);
  }
  if (labels !== null) return checkLabels(targets, rowLength, labels, "targets");
  checkFinite(targets, rowLength, "targets");
  if (probabilities !== null) checkProbabilities(targets, shape, probabilities);
}

function checkFinite(values: ArrayLike<number>, rowLength: number, name: string): void {
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (Number.isFinite(value) && Number.isFinite(Math.fround(value ?? Number.NaN))) continue;
    const what = Number.isFinite(value) ? "is beyond the numbers of float32" : "is not a finite number";
    throw invalid(
      `row ${Math.floor(at / rowLength)} of the ${name} holds ${shown(value)}, which ${what}`,
      "Replace it, scale all of them, or leave the example out.",
    );
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
      `row ${Math.floor(at / rowLength)} of the ${name} holds ${shown(label)}, and the model knows 0 to ${classes - 1}`,
      "Use whole numbers in that range, or for what shall not count the ignoreIndex of the loss.",
    );
  }
}

function checkTokens(features: StoredFeatures, { scale }: FeatureFormat, { rows, cutsFractions }: Vocabulary): void {
  const isVaried = rows.some((count) => count !== rows[0]);
  for (let at = 0; at < features.length; at++) {
    const column = at % rows.length;
    const count = rows[column] ?? Infinity;
    const stored = features[at] ?? Number.NaN;
    const token = cutsFractions ? Math.trunc(Math.fround(stored * Math.fround(scale))) : stored;
    if (count === Infinity || (Number.isInteger(token) && token >= 0 && token < count)) continue;
    const place = isVaried ? ` in column ${column}` : "";
    throw invalid(
      `row ${Math.floor(at / rows.length)} of the features holds ${stored}${place}, and the model's table has rows 0 to ${count - 1}`,
      "Map every token to a whole number that the model knows, padding and unknown ones included.",
    );
  }
}

/** Checks that all numbers are in [0, 1] and, of a distribution, that those along the last axis of `shape` add up to 1. */
function checkProbabilities(values: ArrayLike<number>, shape: readonly number[], kind: Probabilities): void {
  const rowLength = elementCount(shape);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    if (value >= 0 && value <= 1) continue;
    throw noProbability(at, rowLength, `${value}, which is no probability`);
  }
  if (kind === "distribution") checkSums(values, rowLength, shape.at(-1) ?? 1);
}

/** Checks that the numbers of each thing, one for each class, add up to 1. */
function checkSums(values: ArrayLike<number>, rowLength: number, classes: number): void {
  for (let start = 0; start < values.length; start += classes) {
    let sum = 0;
    for (let at = start; at < start + classes; at++) sum += values[at] ?? Number.NaN;
    if (Math.abs(sum - 1) <= DISTRIBUTION_TOLERANCE) continue;
    throw noProbability(start, rowLength, `probabilities of ${classes} classes whose sum is ${sum} instead of 1`);
  }
}

function noProbability(at: number, rowLength: number, what: string): Fault {
  return invalid(
    `row ${Math.floor(at / rowLength)} of the targets holds ${what}`,
    "Give probabilities; a softmax makes them of scores. For several labels at a time choose binaryCrossEntropy(), for " +
      "other numbers meanSquaredError().",
  );
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

/** A value as it is told; a text in quotes, so that "1" is not taken for the number. */
function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function invalid(message: string, remedy: string): Fault {
  return new Fault("data-invalid", message, remedy);
}
