/**
 * The graph that inverts local training. With X the features that are looked for, y = softmax(z) their labels, w_0 where
 * a client started and v where it came to:
 *
 *     w_k = w_{k−1} − η ∇L(w_{k−1}; X, y)     k = 1 … K
 *     D = Σ_j s_j · |w_K,j − v_j|
 *
 * The K steps are written out one after another, and D is differentiated with respect to X and z through all of them:
 * second derivatives of the loss. s says which coordinates count.
 *
 * @module
 */
import { Fault, present } from "@potluck/core";
import { costOf } from "../cost/graph-cost.ts";
import { appendGradients } from "../differentiate/differentiate.ts";
import { int } from "../graph/attributes.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { StandardForm } from "../import/standard-form.ts";
import { softCrossEntropy } from "../objective/soft-cross-entropy.ts";
import { writeModel } from "../onnx/write.ts";
import { appendAlias, appendGraph } from "./append.ts";
import { type Derivation, derive } from "./derivation.ts";
import {
  goalInput,
  INVERSION,
  type InversionProgram,
  type InversionSize,
  MAX_INVERTED_EXAMPLES,
  MAX_UNROLLED_STEPS,
  shareInput,
} from "./inversion-program.ts";
import { parameterInput, parameterOutput } from "./program.ts";

/**
 * The program that inverts training of a model in standard form for the cross-entropy. Throws Fault "option-invalid" for
 * a size out of range, and "model-unsupported" for a model that cannot be inverted: one that takes no floats, gives no
 * scores of classes, drops at random, keeps statistics of its batches, or has an operator without a rule.
 */
export function inversionProgram(form: StandardForm, size: InversionSize): InversionProgram {
  checkSize(size);
  const derivation = derive(form, softCrossEntropy());
  refuseUnfit(derivation);
  const { layout, task } = derivation;
  const labelShape = (task.output.shape ?? []).slice(1).map(Number);
  const graph = inversionGraph(derivation, size, labelShape);
  const model = writeModel({ ...derivation.model, graph });
  const { flops } = costOf(graph);
  return { kind: "inversion", model, layout, exampleShape: task.exampleShape, labelShape, flops, ...size };
}

function checkSize({ examples, steps }: InversionSize): void {
  const limits = [
    ["examples", examples, MAX_INVERTED_EXAMPLES],
    ["steps", steps, MAX_UNROLLED_STEPS],
  ] as const;
  for (const [name, value, most] of limits) {
    if (Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw new Fault(
      "option-invalid",
      `inversion: ${name} must be a whole number from 1 to ${most}, got ${value}`,
      "More steps than that can be stood for by fewer and larger ones.",
    );
  }
}

function refuseUnfit({ task, random, statistics }: Derivation): void {
  if (task.features.dataType !== "float32") {
    throw unfit(
      `takes ${task.features.dataType}, and what is looked for are numbers that change little by little`,
      "a model of float features",
    );
  }
  if (random) throw unfit("drops at random while it learns", "a model without dropout");
  const [statistic] = statistics.keys();
  if (statistic !== undefined) {
    throw unfit(`keeps statistics of its batches ("${statistic}")`, "group or layer normalisation");
  }
}

function unfit(what: string, instead: string): Fault {
  return new Fault("model-unsupported", `updates of this model cannot be inverted: it ${what}`, `Use ${instead}.`);
}

function inversionGraph(
  derivation: Derivation,
  { examples, steps }: InversionSize,
  labelShape: readonly number[],
): Graph {
  const { layout, task } = derivation;
  const graph = graphBuilder();
  const float = (name: string, shape: readonly number[]): string => graph.input({ name, dataType: "float32", shape });
  const features = float(INVERSION.features, [examples, ...task.exampleShape]);
  const logits = float(INVERSION.labels, [examples, ...labelShape]);
  const rate = float(INVERSION.rate, []);
  const start = new Map(layout.map(({ name, shape }) => [name, float(parameterInput(name), shape)] as const));
  const targets = graph.add("Softmax", [logits], { axis: int(-1) });
  let at: Values = start;
  for (let step = 0; step < steps; step++) at = appendDescent(graph, derivation, { features, targets, rate, at });
  const distances = layout.map(({ name, shape }) => {
    const from = graph.add("Sub", [valueOf(at, name), float(goalInput(name), shape)]);
    const counted = graph.add("Mul", [graph.add("Abs", [from]), float(shareInput(name), shape)]);
    return graph.add("ReduceSum", [counted], { keepdims: int(0) });
  });
  const distance = graph.add("Sum", distances);
  const gradients = appendGradients(graph, { output: distance, withRespectTo: [features, logits] });
  const outputs = [
    [distance, INVERSION.distance],
    [valueOf(gradients, features), INVERSION.featureGradient],
    [valueOf(gradients, logits), INVERSION.labelGradient],
    ...layout.map(({ name }) => [valueOf(at, name), parameterOutput(name)] as const),
  ] as const;
  for (const [value, name] of outputs) appendAlias(graph, value, { name, ...graph.typeOf(value) });
  return graph.build(
    "inversion",
    outputs.map(([, name]) => name),
  );
}

/** Values by the names of what they stand for. */
type Values = ReadonlyMap<string, string>;

interface Step {
  readonly features: string;
  readonly targets: string;
  readonly rate: string;
  /** The parameters before it. */
  readonly at: Values;
}

/** Appends w − η ∇L(w); the parameters after it. */
function appendDescent(graph: GraphBuilder, derivation: Derivation, { features, targets, rate, at }: Step): Values {
  const { model, task, gradients } = derivation;
  const given = new Map([
    ...at,
    [task.features.name, features] as const,
    [present(derivation.targets, "the value of the targets"), targets] as const,
  ]);
  const renamed = appendGraph(graph, model.graph, given);
  return new Map(
    [...at].map(([name, value]) => {
      const gradient = renamed(valueOf(gradients, name));
      return [name, graph.add("Sub", [value, graph.add("Mul", [gradient, rate])])];
    }),
  );
}

function valueOf(values: Values, name: string): string {
  return present(values.get(name), `the value for "${name}"`);
}
