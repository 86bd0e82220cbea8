/**
 * Programs: derived graphs, ready to be sent to where they run, with what a runtime must know to feed them.
 * Plain data: they cross thread borders.
 *
 * @module
 */
import type { Layout } from "@potluck/core";

/** How features are stored: the model is given stored · scale, computed in the graph. */
export interface FeatureFormat {
  readonly dataType: "float32" | "uint8";
  readonly scale: number;
}

/** Features as the model itself takes them. */
export const PLAIN_FEATURES: FeatureFormat = { dataType: "float32", scale: 1 };

/** What training and evaluation programs have in common. */
interface Program {
  /** An ONNX file. */
  readonly model: Uint8Array;
  readonly layout: Layout;
  readonly features: FeatureFormat;
  /** The shape of one example. */
  readonly exampleShape: readonly number[];
  /** The number of classes that the model tells apart. */
  readonly classes: number;
}

/** Takes {@link TRAINING} inputs and one tensor for each parameter; gives one for each parameter and the losses. */
export interface TrainingProgram extends Program {
  readonly kind: "training";
}

/** Takes {@link EVALUATION} inputs and one tensor for each parameter; gives losses and predictions of examples. */
export interface EvaluationProgram extends Program {
  readonly kind: "evaluation";
}

/**
 * What programs call their inputs and outputs. No value of a model may start with this prefix, so that the names do not
 * meet those of the model.
 */
export const RESERVED_PREFIX = "potluck:";

/** Inputs and outputs of training programs. */
export const TRAINING = {
  /** Stored features of the client's examples: [rows, …]. */
  features: "potluck:features",
  /** int64 [rows] */
  labels: "potluck:labels",
  /** int64: row numbers; batch k is order[starts[k] … ends[k]). */
  order: "potluck:order",
  /** int64 [steps] */
  starts: "potluck:starts",
  /** int64 [steps] */
  ends: "potluck:ends",
  /** int64 scalar */
  steps: "potluck:steps",
  /** float32 [steps]: the mean loss of each batch before its step. */
  losses: "potluck:losses",
} as const;

/** Inputs and outputs of evaluation programs. */
export const EVALUATION = {
  /** Stored features: [rows, …]. */
  features: "potluck:features",
  /** int64 [rows] */
  labels: "potluck:labels",
  /** float32 [rows]: the loss of each example. */
  losses: "potluck:losses",
  /** int64 [rows]: the class with the highest score, the first of equals. */
  predictions: "potluck:predictions",
} as const;

/** The input that takes the parameter `name`. */
export function parameterInput(name: string): string {
  return `${RESERVED_PREFIX}before/${name}`;
}

/** The output that gives the trained parameter `name`. */
export function parameterOutput(name: string): string {
  return `${RESERVED_PREFIX}after/${name}`;
}
