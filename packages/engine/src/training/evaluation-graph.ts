/**
 * The evaluation graph: the loss of everything that is scored and, where there are classes, the rank of the right one.
 *
 * @module
 */
import { elementCount, type Layout } from "@potluck/core";
import type { DataType, Graph, ValueInfo } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { int64List } from "../graph/tensors.ts";
import type { StandardForm } from "../import/standard-form.ts";
import type { Objective } from "../objective/objective.ts";
import { writeModel } from "../onnx/write.ts";
import { appendGraph } from "./append.ts";
import { allowingBlocks, withBlockedConvolutions } from "./blocks/blocked-convolutions.ts";
import type { Blocks, TypeOf } from "./blocks/plan.ts";
import { layoutOfForm } from "./parameters.ts";
import { EVALUATION, type EvaluationProgram, type FeatureFormat, parameterInput } from "./program.ts";
import { unpackFeatures } from "./stored-features.ts";
import { type LearningTask, learningTask, rulesOf } from "./task.ts";

/**
 * The program that evaluates a model for `objective` on features stored in `format`; with convolutions in `blocks` where
 * the runtime has kernels for that. Throws Fault "model-unsupported".
 */
export function evaluationProgram(
  form: StandardForm,
  objective: Objective,
  format: FeatureFormat,
  blocks: Blocks | null = null,
): EvaluationProgram {
  const task = learningTask(form.model, objective);
  const layout = layoutOfForm(form);
  const { graph, typeOf, ...scored } = evaluationGraph(form.model.graph, task, layout, format);
  const model = writeModel(
    blocks === null
      ? { ...form.model, graph }
      : { ...allowingBlocks(form.model), graph: withBlockedConvolutions(graph, typeOf, blocks) },
  );
  return { kind: "evaluation", model, layout, features: format, ...rulesOf(task), ...scored };
}

/** The graph, and what it says of each example. */
interface EvaluationGraph extends Pick<EvaluationProgram, "scoresPerExample" | "weighted" | "ranked"> {
  readonly graph: Graph;
  readonly typeOf: TypeOf;
}

function evaluationGraph(model: Graph, task: LearningTask, layout: Layout, format: FeatureFormat): EvaluationGraph {
  const { features, exampleShape, output, objective } = task;
  const [rows = "rows"] = features.shape ?? [];
  const graph = graphBuilder();
  graph.input({ name: EVALUATION.features, dataType: format.dataType, shape: [rows, ...exampleShape] });
  const targets = task.targets === null ? null : EVALUATION.targets;
  if (task.targets !== null) {
    const { dataType, shape } = task.targets;
    graph.input({ name: EVALUATION.targets, dataType, shape: [rows, ...shape] });
  }
  const parameters = layout.map(({ name, shape }) => {
    return [name, graph.input({ name: parameterInput(name), dataType: "float32", shape })] as const;
  });
  const unpacked = unpackFeatures(graph, EVALUATION.features, format, features.dataType);
  const renamed = appendGraph(graph, model, new Map([[features.name, unpacked], ...parameters]));
  const scene = { output: renamed(output.name), targets, features: unpacked };
  const { losses, weights } = objective.losses(graph, scene);
  const ranks = objective.ranks?.(graph, scene) ?? null;
  const scoresPerExample = elementCount(graph.typeOf(losses).shape.slice(1).map(Number));
  const table = (name: string, value: string, dataType: DataType): string =>
    appendTable(graph, value, { name, dataType, shape: [rows, scoresPerExample] });
  const outputs = [
    table(EVALUATION.losses, losses, "float32"),
    ...(weights === null ? [] : [table(EVALUATION.weights, weights, "float32")]),
    ...(ranks === null ? [] : [table(EVALUATION.ranks, ranks, "int64")]),
  ];
  const weighted = weights !== null;
  const { typeOf } = graph;
  return { graph: graph.build("evaluation", outputs), typeOf, scoresPerExample, weighted, ranked: ranks !== null };
}

/** Appends `value` as a table with one row for each example, under the name of `info`. */
function appendTable(graph: GraphBuilder, value: string, info: ValueInfo): string {
  const { name, dataType, shape } = info;
  const columns = Number(shape?.[1]);
  const inputs = [value, graph.constant(int64List([-1, columns]))];
  const node = { name, operator: "Reshape", domain: "", inputs, outputs: [name], attributes: {} };
  graph.append(node, [{ dataType, shape: shape ?? [] }]);
  return name;
}
