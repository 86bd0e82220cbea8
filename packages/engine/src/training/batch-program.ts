/**
 * Programs of one batch: they take parameters and a batch, and give something that is derived from them.
 *
 * @module
 */
import type { Layout } from "@potluck/core";
import type { ValueInfo } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { type FeatureFormat, parameterInput, RESERVED_PREFIX, type TrainingProgram } from "./program.ts";
import type { LearningTask } from "./task.ts";

/** What all of them have. */
export type BatchProgram = Omit<TrainingProgram, "kind" | "drifting" | "state">;

/** Takes {@link BATCH} inputs and parameters; gives the loss and its gradient. */
export interface GradientProgram extends BatchProgram {
  readonly kind: "gradient";
  /** The names of the parameters that are differentiated by: all but statistics. */
  readonly trained: readonly string[];
}

/** Takes {@link BATCH} inputs, parameters and a direction; gives the loss, its gradient and how that changes. */
export interface HessianProgram extends BatchProgram {
  readonly kind: "hessian";
  /** The names of the parameters that are differentiated by: all but statistics. */
  readonly trained: readonly string[];
}

/** Takes {@link BATCH} inputs but targets, parameters and a direction; gives how the output changes. */
export interface JacobianProgram extends BatchProgram {
  readonly kind: "jacobian";
  readonly trained: readonly string[];
  /** The shape of the output of one example. */
  readonly outputShape: readonly number[];
}

/** Takes {@link BATCH} inputs and parameters; gives the sum of the gradients of all examples, their norms and losses. */
export interface ExampleGradientsProgram extends BatchProgram {
  readonly kind: "example-gradients";
  readonly trained: readonly string[];
}

/** Inputs and outputs of batch programs, besides those of parameters. */
export const BATCH = {
  /** Stored features: [batch, …]. */
  features: "potluck:features",
  /** [batch, …]; only where there are targets. */
  targets: "potluck:targets",
  /** int64 scalar in [0, 2^32); only where something is random. */
  seed: "potluck:batch-seed",
  /** float32 scalar: the mean loss of the batch. */
  loss: "potluck:loss",
  /** float32 [batch, …]: how the output changes. */
  change: "potluck:output-change",
  /** float32 [batch]: the norm of the gradient of each example. */
  norms: "potluck:norms",
  /** float32 [batch]: the loss of each example. */
  losses: "potluck:losses",
} as const;

/** The input that takes the direction in which the parameter `name` moves. */
export function directionInput(name: string): string {
  return `${RESERVED_PREFIX}direction/${name}`;
}

/** The output that gives the gradient of the parameter `name`, or the sum of gradients. */
export function gradientOutput(name: string): string {
  return `${RESERVED_PREFIX}gradient/${name}`;
}

/** The output that gives the product for the parameter `name`. */
export function productOutput(name: string): string {
  return `${RESERVED_PREFIX}product/${name}`;
}

/** What is fed to a batch program. */
export interface BatchFeed {
  readonly layout: Layout;
  readonly task: Pick<LearningTask, "features" | "exampleShape" | "targets">;
  readonly format: FeatureFormat;
  readonly random: boolean;
  /** The parameters that move in a direction. */
  readonly moving: readonly string[];
}

/** Declares the inputs of a batch program. */
export function declareBatch(graph: GraphBuilder, { layout, task, format, random, moving }: BatchFeed): void {
  const [batch = "batch"] = task.features.shape ?? [];
  const { targets } = task;
  const inputs: readonly ValueInfo[] = [
    { name: BATCH.features, dataType: format.dataType, shape: [batch, ...task.exampleShape] },
    ...(targets === null
      ? []
      : [{ name: BATCH.targets, dataType: targets.dataType, shape: [batch, ...targets.shape] }]),
    ...(random ? [{ name: BATCH.seed, dataType: "int64" as const, shape: [] }] : []),
    ...layout.map(({ name, shape }) => ({ name: parameterInput(name), dataType: "float32" as const, shape })),
    ...layout
      .filter(({ name }) => moving.includes(name))
      .map(({ name, shape }) => ({ name: directionInput(name), dataType: "float32" as const, shape })),
  ];
  for (const info of inputs) graph.input(info);
}
