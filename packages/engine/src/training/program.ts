/**
 * Programs: derived graphs, ready to be sent to where they run, with what a runtime must know to feed them.
 * Plain data: they cross thread borders.
 *
 * @module
 */
import type { Layout } from "@potluck/core";
import type { LabelRange, Probabilities } from "../objective/objective.ts";

/**
 * How features are stored. A model that takes floats is given stored · scale, computed in the graph; one that takes
 * whole numbers, such as tokens, is given what is stored.
 */
export interface FeatureFormat {
  readonly dataType: "float32" | "uint8" | "int32";
  readonly scale: number;
}

/** What targets look like. */
export interface TargetFormat {
  readonly dataType: "int64" | "float32";
  /** The shape of those of one example; [] for one number. */
  readonly shape: readonly number[];
}

/** Features as the model itself takes them. */
export const PLAIN_FEATURES: FeatureFormat = { dataType: "float32", scale: 1 };

/** What numbers of examples choose from, such as rows of a table by a token. */
export interface Vocabulary {
  /** For each number of an example, how many rows there are to choose from, counted from 0; Infinity where it chooses none. */
  readonly rows: readonly number[];
  /** Whether the model takes floats and cuts their fractions off, so that 2.7 chooses row 2. */
  readonly cutsFractions: boolean;
}

/** What examples must be. */
export interface ExampleRules {
  /** The shape of one example. */
  readonly exampleShape: readonly number[];
  /** What features choose from, such as rows of tables; null where they may be any numbers. */
  readonly vocabulary: Vocabulary | null;
  /** What targets look like; null where there are none. */
  readonly targets: TargetFormat | null;
  /** What class labels may be, among the targets or, where there are none, the features; null where nothing is a label. */
  readonly labels: LabelRange | null;
  /** What targets are that are probabilities; null where they are not. */
  readonly probabilities: Probabilities | null;
}

/** What training and evaluation programs have in common. */
interface Program extends ExampleRules {
  /** An ONNX file. */
  readonly model: Uint8Array;
  readonly layout: Layout;
  readonly features: FeatureFormat;
}

/** Takes {@link TRAINING} inputs and one tensor for each parameter; gives one for each parameter and the losses. */
export interface TrainingProgram extends Program {
  readonly kind: "training";
  /** Whether it takes seeds. */
  readonly random: boolean;
  /** The parameters of which it takes a drift, see {@link driftInput}; none of a program without. */
  readonly drifting: readonly string[];
  /** What its solver keeps from step to step, of a program that goes through a task part by part; null of one that does so at once. */
  readonly state: SolverState | null;
}

/** What a solver keeps from step to step beside the parameters. */
export interface SolverState {
  /** The names of its slots. */
  readonly slots: readonly string[];
  /** The parameters that each slot has a tensor of. */
  readonly trained: Layout;
}

/** Takes {@link EVALUATION} inputs and one tensor for each parameter; gives the losses of what is scored. */
export interface EvaluationProgram extends Program {
  readonly kind: "evaluation";
  /** How many things are scored for each example: 1, or the places of a sequence. */
  readonly scoresPerExample: number;
  readonly weighted: boolean;
  readonly ranked: boolean;
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
  /** [rows, …]; only where there are targets. */
  targets: "potluck:targets",
  /** int64: row numbers; batch k is order[starts[k] … ends[k]). */
  order: "potluck:order",
  /** int64 [steps] */
  starts: "potluck:starts",
  /** int64 [steps] */
  ends: "potluck:ends",
  /** int64 [steps], each in [0, 2^32); only where something is random. */
  seeds: "potluck:seeds",
  /** int64 scalar */
  steps: "potluck:steps",
  /** int64 scalar: how many steps of the task come before this part; only in parts. */
  first: "potluck:first-step",
  /** int64 scalar: how many steps this part has; only in parts. */
  partSteps: "potluck:part-steps",
  /** float32 [steps], in parts those of the part: the mean loss of each batch before its step. */
  losses: "potluck:losses",
} as const;

/** Inputs and outputs of evaluation programs. */
export const EVALUATION = {
  /** Stored features: [rows, …]. */
  features: "potluck:features",
  /** [rows, …]; only where there are targets. */
  targets: "potluck:targets",
  /** float32 [rows, scores per example]: the loss of everything that is scored, 0 where it does not count. */
  losses: "potluck:losses",
  /** The same shape: 1 for what counts, 0 for what does not; only where something may not count. */
  weights: "potluck:weights",
  /** int64, the same shape: how many classes come before the right one; only where there are classes. */
  ranks: "potluck:ranks",
} as const;

/** The input that takes the parameter `name`. */
export function parameterInput(name: string): string {
  return `${RESERVED_PREFIX}before/${name}`;
}

/** The input that takes what is added to the parameter `name` after every step. */
export function driftInput(name: string): string {
  return `${RESERVED_PREFIX}drift/${name}`;
}

/** The input that takes the parameter `name` as it is where a part begins. */
export function startInput(name: string): string {
  return `${RESERVED_PREFIX}start/${name}`;
}

/** The input that takes the slot `slot` of the parameter `name` as it is where a part begins. */
export function slotInput(slot: string, name: string): string {
  return `${RESERVED_PREFIX}slot-start/${slot}/${name}`;
}

/** The output that gives that slot after a part. */
export function slotOutput(slot: string, name: string): string {
  return `${RESERVED_PREFIX}slot-end/${slot}/${name}`;
}

/** The output that gives the trained parameter `name`. */
export function parameterOutput(name: string): string {
  return `${RESERVED_PREFIX}after/${name}`;
}
