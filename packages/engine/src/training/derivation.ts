/**
 * The derived graph of a model: forward pass, mean loss of a batch, and the gradient of that for every parameter. It
 * is the same for every solver.
 *
 * @module
 */
import { type Layout, layoutOf } from "@potluck/core";
import { appendGradients } from "../differentiate/differentiate.ts";
import type { Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { StandardForm } from "../import/standard-form.ts";
import { meanLoss, type Objective } from "../objective/objective.ts";
import { requireTrained } from "./parameters.ts";
import { RESERVED_PREFIX } from "./program.ts";
import { type LearningTask, learningTask } from "./task.ts";
import { trainingForm } from "./training-form.ts";

/** A derived graph and what its values mean. */
export interface Derivation {
  readonly model: Model;
  readonly task: LearningTask;
  /** Parameters and statistics, in the order of the file. */
  readonly layout: Layout;
  /** The value of the targets, [batch, …]; null where there are none. */
  readonly targets: string | null;
  /** The value of the mean loss. */
  readonly loss: string;
  /** The value of each parameter's gradient. */
  readonly gradients: ReadonlyMap<string, string>;
  /** The value that each statistic has after the step. */
  readonly statistics: ReadonlyMap<string, string>;
  /** Whether the graph reads the input `SEED`. */
  readonly random: boolean;
}

const TARGETS = `${RESERVED_PREFIX}batch-targets`;

/**
 * The derived graph of a model in standard form. Throws Fault "model-unsupported", or "option-invalid" where rules leave
 * nothing to train.
 */
export function derive(form: StandardForm, objective: Objective): Derivation {
  requireTrained(form);
  const { model } = form;
  const task = learningTask(model, objective);
  const layout = layoutOf([...model.graph.initializers].map(([name, { shape }]) => ({ name, shape })));
  const { graph, statistics, random } = trainingForm(model.graph);
  const builder = graphBuilder(graph);
  const targets = task.targets === null ? null : TARGETS;
  if (task.targets !== null) {
    const { dataType, shape } = task.targets;
    builder.input({ name: TARGETS, dataType, shape: [task.features.shape?.[0] ?? "batch", ...shape] });
  }
  const scene = { output: task.output.name, targets, features: task.features.name };
  const loss = meanLoss(builder, objective, scene);
  const withRespectTo = layout.map(({ name }) => name).filter((name) => !statistics.has(name));
  const gradients = appendGradients(builder, { output: loss, withRespectTo });
  const outputs = new Set([loss, ...gradients.values(), ...statistics.values()]);
  const derived = builder.build(graph.name, [...outputs]);
  return { model: { ...model, graph: derived }, task, layout, targets, loss, gradients, statistics, random };
}
