/**
 * The program that gives the clipped sum of the gradients of the examples of a batch, with their norms and losses.
 *
 * @module
 */
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { StandardForm } from "../import/standard-form.ts";
import type { Objective } from "../objective/objective.ts";
import { writeModel } from "../onnx/write.ts";
import { appendAlias } from "./append.ts";
import { BATCH, type BatchFeed, declareBatch, type ExampleGradientsProgram, gradientOutput } from "./batch-program.ts";
import { type Derivation, derive } from "./derivation.ts";
import { appendExampleGradients } from "./per-example.ts";
import { plainFeatures } from "./plain-features.ts";
import { type FeatureFormat, parameterInput } from "./program.ts";
import { unpackFeatures } from "./stored-features.ts";
import { rulesOf } from "./task.ts";

/**
 * The program for the gradients of examples, each clipped to `clipNorm`, or not where that is null.
 * Throws Fault "model-unsupported", also for a model with batch statistics.
 */
export function exampleGradientsProgram(
  form: StandardForm,
  objective: Objective,
  clipNorm: number | null,
  format: FeatureFormat = plainFeatures(form.model),
): ExampleGradientsProgram {
  const derivation = derive(form, objective);
  const { layout, task, random } = derivation;
  const trained = [...derivation.gradients.keys()];
  const graph = exampleGraph(derivation, { layout, task, format, random, moving: [] }, clipNorm);
  const model = writeModel({ ...derivation.model, graph });
  return { kind: "example-gradients", model, layout, features: format, ...rulesOf(task), random, trained };
}

function exampleGraph(derivation: Derivation, feed: BatchFeed, clipNorm: number | null): Graph {
  const { layout, task, random } = derivation;
  const graph = graphBuilder();
  declareBatch(graph, feed);
  const { sums, norms, losses } = appendExampleGradients(graph, derivation, {
    features: unpackFeatures(graph, BATCH.features, feed.format, task.features.dataType),
    targets: derivation.targets === null ? null : BATCH.targets,
    seed: random ? BATCH.seed : null,
    parameters: new Map(layout.map(({ name }) => [name, parameterInput(name)])),
    clipNorm,
  });
  const outputs = [
    [BATCH.norms, norms],
    [BATCH.losses, losses],
    ...[...sums].map(([name, sum]) => [gradientOutput(name), sum]),
  ];
  for (const [name = "", value = ""] of outputs) appendAlias(graph, value, { name, ...graph.typeOf(value) });
  return graph.build(
    "example-gradients",
    outputs.map(([name = ""]) => name),
  );
}
