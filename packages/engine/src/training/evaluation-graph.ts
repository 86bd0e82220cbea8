/**
 * The evaluation graph: the loss of each example and the class that the model finds most likely.
 *
 *     loss of a row = −ln softmax(scores)[label],   prediction = argmax(scores)
 *
 * @module
 */
import type { Layout } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import type { Dimension, Graph, Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { float32Tensor, int64List, scalarTensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { appendAlias, appendGraph } from "./append.ts";
import { type Classifier, classifierOf } from "./classifier.ts";
import { layoutOfModel } from "./parameters.ts";
import { EVALUATION, type EvaluationProgram, type FeatureFormat, parameterInput } from "./program.ts";
import { unpackFeatures } from "./stored-features.ts";

/** The program that evaluates `model` on features stored in `format`. Throws Fault "model-unsupported". */
export function evaluationProgram(model: Model, format: FeatureFormat): EvaluationProgram {
  const classifier = classifierOf(model);
  const layout = layoutOfModel(model);
  const { exampleShape, classes } = classifier;
  const file = writeModel({ ...model, graph: evaluationGraph(model.graph, classifier, layout, format) });
  return { kind: "evaluation", model: file, layout, features: format, exampleShape, classes };
}

function evaluationGraph(model: Graph, classifier: Classifier, layout: Layout, format: FeatureFormat): Graph {
  const { features, exampleShape, scores, classes } = classifier;
  const [rows = "rows"] = features.shape ?? [];
  const graph = graphBuilder();
  graph.input({ name: EVALUATION.features, dataType: format.dataType, shape: [rows, ...exampleShape] });
  graph.input({ name: EVALUATION.labels, dataType: "int64", shape: [rows] });
  const parameters = layout.map(({ name, shape }) => {
    return [name, graph.input({ name: parameterInput(name), dataType: "float32", shape })] as const;
  });
  const unpacked = unpackFeatures(graph, EVALUATION.features, format);
  const renamed = appendGraph(graph, model, new Map([[features.name, unpacked], ...parameters]));
  appendLosses(graph, renamed(scores.name), classes, rows);
  const prediction = graph.add("ArgMax", [renamed(scores.name)], { axis: int(1), keepdims: int(0) });
  appendAlias(graph, prediction, { name: EVALUATION.predictions, dataType: "int64", shape: [rows] });
  return graph.build("evaluation", [EVALUATION.losses, EVALUATION.predictions]);
}

/** Appends −Σ onehot(label) · ln softmax(scores) over the classes of each row. */
function appendLosses(graph: GraphBuilder, scores: string, classes: number, rows: Dimension): void {
  const depth = graph.constant(scalarTensor("int64", classes));
  const offAndOn = graph.constant(float32Tensor([2], [0, -1]));
  const chosen = graph.add("OneHot", [EVALUATION.labels, depth, offAndOn], { axis: int(1) });
  const terms = graph.add("Mul", [graph.add("LogSoftmax", [scores], { axis: int(1) }), chosen]);
  const axes = graph.constant(int64List([1]));
  const sums = graph.add("ReduceSum", [terms, axes], { keepdims: int(0) });
  appendAlias(graph, sums, { name: EVALUATION.losses, dataType: "float32", shape: [rows] });
}
