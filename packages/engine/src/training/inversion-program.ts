/**
 * Inversion programs: what finds examples from which a client could have come to the parameters that it sent.
 *
 * @module
 */
import type { Layout } from "@potluck/core";
import { RESERVED_PREFIX } from "./program.ts";

/** How many examples are looked for, and how many steps lead from them to what was trained. */
export interface InversionSize {
  /** Examples, a whole number in [1, {@link MAX_INVERTED_EXAMPLES}]. */
  readonly examples: number;
  /** Steps of plain gradient descent on all of them, a whole number in [1, {@link MAX_UNROLLED_STEPS}]. */
  readonly steps: number;
}

/** The most steps that are written out one after another in one graph, and differentiated as a whole. */
export const MAX_UNROLLED_STEPS = 32;
/** The most examples that are looked for. */
export const MAX_INVERTED_EXAMPLES = 4096;

/**
 * Takes {@link INVERSION} inputs and parameters, gives where the steps lead, how far that is from the goal, and how the
 * distance changes with the examples.
 */
export interface InversionProgram extends InversionSize {
  readonly kind: "inversion";
  /** An ONNX file. */
  readonly model: Uint8Array;
  readonly layout: Layout;
  /** The shape of one example. */
  readonly exampleShape: readonly number[];
  /** The shape of the labels of one example; the classes are on the last axis. */
  readonly labelShape: readonly number[];
  /** Floating-point operations of running it once. */
  readonly flops: number;
}

/** Inputs and outputs of inversion programs, besides those of parameters. */
export const INVERSION = {
  /** float32 [examples, …]: features as the model takes them. */
  features: "potluck:features",
  /** float32 [examples, …, classes]: the labels are the softmax of it. */
  labels: "potluck:label-logits",
  /** float32 scalar: the step size of the descent. */
  rate: "potluck:rate",
  /** float32 scalar: Σ share · |where the steps lead − goal| over all parameters. */
  distance: "potluck:distance",
  /** In the shapes of features and labels: how the distance changes with them. */
  featureGradient: "potluck:feature-gradient",
  labelGradient: "potluck:label-gradient",
} as const;

/** The input that takes where the parameter `name` should end. */
export function goalInput(name: string): string {
  return `${RESERVED_PREFIX}goal/${name}`;
}

/** The input that says how much each element of the parameter `name` counts in the distance. */
export function shareInput(name: string): string {
  return `${RESERVED_PREFIX}share/${name}`;
}
