/**
 * Programs that multiply derivatives of a model with vectors: the second derivative of its loss, and the first of its
 * output.
 *
 * @module
 */
import { appendHessianProduct, appendJacobianProduct, type ValuesByName } from "../differentiate/products.ts";
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { StandardForm } from "../import/standard-form.ts";
import { meanSquaredError } from "../objective/mean-squared-error.ts";
import type { Objective } from "../objective/objective.ts";
import { writeModel } from "../onnx/write.ts";
import { appendAlias, appendGraph } from "./append.ts";
import { appendDerivation, appendOutput, gradientsIn } from "./batch-graph.ts";
import {
  BATCH,
  type BatchFeed,
  declareBatch,
  directionInput,
  gradientOutput,
  type HessianProgram,
  type JacobianProgram,
  productOutput,
} from "./batch-program.ts";
import { type Derivation, derive } from "./derivation.ts";
import { layoutOfForm } from "./parameters.ts";
import { plainFeatures } from "./plain-features.ts";
import { type FeatureFormat, parameterInput } from "./program.ts";
import { unpackFeatures } from "./stored-features.ts";
import { learningTask, rulesOf } from "./task.ts";

/**
 * The program that multiplies the second derivative of the mean loss of a batch with a vector. The loss is that of
 * training: batch normalisation uses the statistics of the batch, and dropout drops what a seed says.
 * Throws Fault "model-unsupported".
 */
export function hessianVectorProduct(
  form: StandardForm,
  objective: Objective,
  format: FeatureFormat = plainFeatures(form.model),
): HessianProgram {
  const derivation = derive(form, objective);
  const { layout, task, random } = derivation;
  const trained = [...derivation.gradients.keys()];
  const graph = hessianGraph(derivation, { layout, task, format, random, moving: trained });
  const model = writeModel({ ...derivation.model, graph });
  return { kind: "hessian", model, layout, features: format, ...rulesOf(task), random, trained };
}

function hessianGraph(derivation: Derivation, feed: BatchFeed): Graph {
  const graph = graphBuilder();
  declareBatch(graph, feed);
  const renamed = appendDerivation(graph, derivation, feed);
  const gradients = gradientsIn(derivation, renamed);
  const products = appendHessianProduct(graph, gradients, directionsOf(feed));
  appendAlias(graph, renamed(derivation.loss), { name: BATCH.loss, dataType: "float32", shape: [] });
  const outputs = feed.moving.flatMap((name) => [
    appendOutput(graph, gradients, name, gradientOutput(name)),
    appendOutput(graph, products, name, productOutput(name)),
  ]);
  return graph.build("hessian-vector-product", [BATCH.loss, ...outputs]);
}

function directionsOf({ moving }: BatchFeed): ValuesByName {
  return new Map(moving.map((name) => [parameterInput(name), directionInput(name)]));
}

/**
 * The program that multiplies the derivative of a model's output with respect to its parameters with a vector. The
 * model is that of evaluation: batch normalisation uses its running statistics, and dropout drops nothing.
 * Throws Fault "model-unsupported".
 */
export function jacobianVectorProduct(
  form: StandardForm,
  format: FeatureFormat = plainFeatures(form.model),
): JacobianProgram {
  const layout = layoutOfForm(form);
  // Any loss says what goes in and comes out; none is taken.
  const task = { ...learningTask(form.model, meanSquaredError()), targets: null };
  const trained = layout.flatMap(({ name }) => (form.roles.get(name)?.kind === "trained" ? [name] : []));
  const feed: BatchFeed = { layout, task, format, random: false, moving: trained };
  return {
    kind: "jacobian",
    model: writeModel({ ...form.model, graph: jacobianGraph(form.model.graph, feed, task.output.name) }),
    layout,
    features: format,
    ...rulesOf(task),
    targets: null,
    labels: null,
    probabilities: null,
    random: false,
    trained,
    outputShape: (task.output.shape ?? []).slice(1).map(Number),
  };
}

function jacobianGraph(model: Graph, feed: BatchFeed, output: string): Graph {
  const { layout, task, format } = feed;
  const graph = graphBuilder();
  declareBatch(graph, feed);
  const features = unpackFeatures(graph, BATCH.features, format, task.features.dataType);
  const parameters = layout.map(({ name }) => [name, parameterInput(name)] as const);
  const renamed = appendGraph(graph, model, new Map([[task.features.name, features], ...parameters]));
  const change = appendJacobianProduct(graph, renamed(output), directionsOf(feed));
  appendAlias(graph, change, { name: BATCH.change, ...graph.typeOf(change) });
  return graph.build("jacobian-vector-product", [BATCH.change]);
}
