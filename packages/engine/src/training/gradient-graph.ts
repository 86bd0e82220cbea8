/**
 * The program that gives the gradient of the mean loss of a batch.
 *
 * @module
 */
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { writeModel } from "../onnx/write.ts";
import { appendAlias } from "./append.ts";
import { appendDerivation, appendOutput, gradientsIn } from "./batch-graph.ts";
import { BATCH, type BatchFeed, declareBatch, gradientOutput, type GradientProgram } from "./batch-program.ts";
import type { Derivation } from "./derivation.ts";
import type { FeatureFormat } from "./program.ts";
import { rulesOf } from "./task.ts";

/**
 * The gradient of the mean loss of a batch. The loss is that of training: batch normalisation uses the statistics of the
 * batch, and dropout drops what a seed says.
 */
export function gradientProgram(derivation: Derivation, format: FeatureFormat): GradientProgram {
  const { layout, task, random } = derivation;
  const trained = [...derivation.gradients.keys()];
  const graph = gradientGraph(derivation, { layout, task, format, random, moving: [] }, trained);
  const model = writeModel({ ...derivation.model, graph });
  return { kind: "gradient", model, layout, features: format, ...rulesOf(task), random, trained };
}

function gradientGraph(derivation: Derivation, feed: BatchFeed, trained: readonly string[]): Graph {
  const graph = graphBuilder();
  declareBatch(graph, feed);
  const renamed = appendDerivation(graph, derivation, feed);
  const gradients = gradientsIn(derivation, renamed);
  appendAlias(graph, renamed(derivation.loss), { name: BATCH.loss, dataType: "float32", shape: [] });
  const outputs = trained.map((name) => appendOutput(graph, gradients, name, gradientOutput(name)));
  return graph.build("loss-gradient", [BATCH.loss, ...outputs]);
}
