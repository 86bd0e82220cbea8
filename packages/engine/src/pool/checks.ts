/**
 * What a pool checks before it starts and before it sends a job away.
 *
 * @module
 */
import { type Dataset, elementCount, type Examples, Fault, type Targets, valueText } from "@potluck/core";
import { arrayKind } from "../array-kind.ts";
import { checkRows } from "../runtime/feeds.ts";
import type { EvaluationProgram, FeatureFormat } from "../training/program.ts";

/** The most workers of one pool. */
export const MAX_WORKERS = 256;

/** How long a process of Node that ends waits for one worker. */
export const MAX_EXIT_WAIT_SECONDS = 30;

/** Throws Fault "option-invalid" unless a pool may have so many workers. */
export function checkWorkers(workers: number): void {
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return;
  const message = `the number of workers must be a whole number from 1 to ${MAX_WORKERS}, got ${workers}`;
  throw new Fault("option-invalid", message, "Use as many workers as the machine has cores.");
}

/** Throws Fault "option-invalid" unless a dataset was given. */
export function checkDataset(given: unknown): void {
  const isObject = typeof given === "object" && given !== null;
  if (isObject && "train" in given && "test" in given && isExamples(given.train) && isExamples(given.test)) return;
  throw new Fault(
    "option-invalid",
    `createPool: dataset must be { name, train, test }, got ${valueText(given)}`,
    "Give examples to train on and to test on, each { count, shape, features, scale, labels, classes }.",
  );
}

function isExamples(given: unknown): boolean {
  return typeof given === "object" && given !== null && "features" in given && "labels" in given && "shape" in given;
}

/** How training and test features are both stored. Throws Fault "data-invalid" where they differ. */
export function commonFormat({ name, train, test }: Dataset): FeatureFormat {
  const [a, b] = [formatOf(train), formatOf(test)];
  if (a.dataType === b.dataType && a.scale === b.scale) return a;
  const message = `${name}: training and test features are stored differently`;
  throw new Fault("data-invalid", message, "Store both as the same type with the same scale.");
}

function formatOf({ features, scale }: Examples): FeatureFormat {
  return { dataType: features instanceof Uint8Array ? "uint8" : "float32", scale };
}

/**
 * Throws Fault "data-invalid" where examples do not have the size that the model takes, more classes than it has, or not
 * the targets that the loss compares with.
 */
export function checkFit(examples: Examples, program: EvaluationProgram): void {
  const { shape, classes, targets } = examples;
  const { exampleShape, labels } = program;
  if (elementCount(shape) !== elementCount(exampleShape)) {
    const message = `examples have the shape [${shape.join(", ")}], the model takes [${exampleShape.join(", ")}]`;
    throw new Fault("data-invalid", message, "Choose a model for this dataset, or reshape the examples.");
  }
  if (labels !== null && classes > labels.classes) {
    const message = `the dataset has ${classes} classes, the model tells ${labels.classes} apart`;
    throw new Fault("data-invalid", message, "Choose a model with an output for every class.");
  }
  if (targets !== undefined) checkTargets(targets, program);
}

function checkTargets({ shape }: Targets, { targets, labels }: EvaluationProgram): void {
  if (targets === null) return;
  if (labels !== null) {
    const message = "the loss compares with class labels, and the examples of the dataset come with numbers to predict";
    throw new Fault("data-invalid", message, "Choose a loss of numbers, such as meanSquaredError(), or other data.");
  }
  const [given, taken] = [elementCount(shape), elementCount(targets.shape)];
  if (given === taken) return;
  const message = `each example comes with ${given} numbers to predict, the model gives ${taken}`;
  throw new Fault("data-invalid", message, "Choose a model with an output for every number.");
}

/** Throws Fault "data-invalid", which names the row, where examples are not what a program takes. */
export function checkExamples(examples: Examples, where: string, program: EvaluationProgram): void {
  const { features, labels, targets } = examples;
  try {
    checkRows({ features, targets: targets?.values ?? labels }, program);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.code, `${where}: ${error.message}`, error.remedy);
  }
}

/** Throws Fault "data-invalid" where one of `rows` is not a row of the examples. */
export function checkRowNumbers(rows: unknown, { count }: Examples): void {
  if (!(rows instanceof Uint32Array)) {
    throw new Fault("data-invalid", `the rows are ${arrayKind(rows)}`, "Give their numbers as a Uint32Array.");
  }
  const outside = rows.find((row) => row >= count);
  if (outside === undefined) return;
  const message = `row ${outside} of a dataset part that has ${count} rows`;
  throw new Fault("data-invalid", message, "Use row numbers below the number of examples.");
}
