/**
 * The contract of objectives: what a model is trained for. An objective appends to a graph the loss of everything
 * that is scored, with ℓ_i the loss of thing i (an example, a token, an element) and w_i ∈ {0, 1} whether it counts:
 *
 *     mean loss = Σ w_i · ℓ_i ÷ Σ w_i
 *
 * Training derives the mean loss of a batch; evaluation reads the losses one by one. Where nothing in a batch counts,
 * its mean loss and its gradient are 0, so that such a batch leaves the model as it is.
 *
 * @module
 */
import { Fault, type OptionSpec, type PartReference, resolveOptions } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import { shapeText } from "../graph/dimensions.ts";
import { isFloating } from "../graph/element-types.ts";
import type { GraphBuilder, TensorType } from "../graph/graph-builder.ts";
import { cast } from "../graph/operators/comparison.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import type { DataType } from "../graph/graph.ts";
import { scalarTensor } from "../graph/tensors.ts";

/** An objective by name and options: plain data, for messages, for caches, for writing down. */
export type ObjectiveReference = Pick<PartReference, "name" | "options">;

/** The values that a loss is made of, by name. */
export interface Scene {
  /** What the model says, batch first. */
  readonly output: string;
  /** What it should have said; null where the loss takes its targets from the features. */
  readonly targets: string | null;
  /** What it was given. */
  readonly features: string;
}

/** The values that hold losses, by name. */
export interface Losses {
  /** The loss of each thing that is scored, [batch, …]; 0 where its weight is 0. */
  readonly losses: string;
  /** 1 for what counts and 0 for what does not, floats in the shape of the losses; null: everything counts. */
  readonly weights: string | null;
}

/** The whole numbers that class labels may be. */
export interface LabelRange {
  /** Labels are in [0, classes). */
  readonly classes: number;
  /** The label of what does not count; null: there is none. */
  readonly ignored: number | null;
}

/**
 * What probabilities among targets must be: each one in [0, 1] ("single"), and those along the last axis with the sum 1
 * besides ("distribution").
 */
export type Probabilities = "single" | "distribution";

/** What a model is trained for. */
export interface Objective {
  readonly part: ObjectiveReference;
  /**
   * The type of the targets for an output and features of these types; null where the loss takes its targets from the
   * features. Throws Fault "model-unsupported" where the loss cannot score such an output.
   */
  readonly targets: (output: TensorType, features: TensorType) => TensorType | null;
  /** Appends the losses. */
  readonly losses: (graph: GraphBuilder, scene: Scene) => Losses;
  /** Appends the mean loss, one float, in fewer nodes than through `losses`; left out where there is no such way. */
  readonly mean?: (graph: GraphBuilder, scene: Scene) => string;
  /**
   * Appends how many classes come before the right one in the order of their scores, of equal scores the first class
   * first; int64 in the shape of the losses. 0 is a hit, < k a hit among the top k. A score that is not a number never
   * makes a hit. What it is where the weight is 0 means nothing. Left out where there are no classes.
   */
  readonly ranks?: (graph: GraphBuilder, scene: Scene) => string;
  /**
   * What the targets or, where there are none, the features may be for an output of this type; left out where they are
   * no class labels.
   */
  readonly labels?: (output: TensorType) => LabelRange;
  /** What the targets are that are probabilities; left out where they are not. Who has the data checks them. */
  readonly probabilities?: Probabilities;
}

/** Appends the mean loss of a batch, one float: 0 where nothing counts. */
export function meanLoss(graph: GraphBuilder, objective: Objective, scene: Scene): string {
  return objective.mean?.(graph, scene) ?? meanOf(graph, objective.losses(graph, scene));
}

/** Appends Σ losses ÷ Σ weights, one float: 0 where nothing counts. */
export function meanOf(graph: GraphBuilder, { losses, weights }: Losses): string {
  const { dataType } = graph.typeOf(losses);
  const count = weights === null ? elementsOf(graph, losses, dataType) : countOf(graph, weights);
  return graph.add("Div", [sumOf(graph, losses), count]);
}

/** Appends the sum over all elements, one number. */
export function sumOf(graph: GraphBuilder, value: string): string {
  return graph.add("ReduceSum", [value], { keepdims: int(0) });
}

/** Appends Σ weights or, where that is 0, the 1 by which nothing can be divided. */
export function countOf(graph: GraphBuilder, weights: string): string {
  return graph.add("Max", [sumOf(graph, weights), scalarLike(graph, 1, weights)]);
}

/** The number of elements of a value as one float: a constant where it is known. */
export function elementsOf(graph: GraphBuilder, value: string, dataType: DataType): string {
  const { shape } = graph.typeOf(value);
  const known = shape.filter((size) => typeof size === "number");
  return known.length === shape.length
    ? graph.constant(
        scalarTensor(
          dataType,
          known.reduce((product, size) => product * size, 1),
        ),
      )
    : cast(graph, graph.add("Size", [value]), dataType);
}

/** The reference of an objective. Throws Fault "option-invalid" for options that do not meet their `specs`. */
export function objectiveReference(
  name: string,
  specs: Readonly<Record<string, OptionSpec>>,
  given: object,
): ObjectiveReference {
  return { name, options: resolveOptions(`loss "${name}"`, specs, { ...given }) };
}

/** The type of the targets of a loss that is taken element by element: that of the output. Throws Fault. */
export function elementTargets({ name }: ObjectiveReference, output: TensorType): TensorType {
  if (isFloating(output.dataType) && output.dataType !== "float16" && output.shape.length > 0) return output;
  throw unfitOutput(name, output, "floats of 32 or 64 bits, [batch, …]");
}

/** The fault of an output that a loss cannot score. */
export function unfitOutput(name: string, { dataType, shape }: TensorType, wanted: string): Fault {
  return new Fault(
    "model-unsupported",
    `the loss "${name}" scores ${wanted}, and the output of the model is ${dataType}${shapeText(shape)}`,
    "Choose a loss that fits the output, or change the last layer of the model.",
  );
}
