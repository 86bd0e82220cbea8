/**
 * Runs an objective on numbers, for tests: the scores, targets and features are inputs of a graph that has nothing but
 * the objective in it, with a batch of any size.
 *
 * @module
 */
import { invariant, present } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { appendGradients } from "../differentiate/differentiate.ts";
import type { Graph } from "../graph/graph.ts";
import { type GraphBuilder, type TensorType } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { writeModel } from "../onnx/write.ts";
import { meanLoss, meanOf, type Objective, type Scene } from "./objective.ts";

/** Numbers in a shape. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What an objective is run on; the features are int64, zeros in the shape [batch] unless given. */
export interface ObjectiveCase {
  readonly output: Numbers;
  readonly targets?: Numbers;
  readonly features?: Numbers;
}

/** What came out; null where the objective does not say. */
export interface Outcome {
  readonly mean: number;
  /** Σ losses ÷ Σ weights, whatever shorter way to the mean the objective may have. */
  readonly plainMean: number;
  /** The gradient of the mean with respect to the output. */
  readonly gradient: readonly number[];
  readonly losses: readonly number[];
  readonly weights: readonly number[] | null;
  readonly ranks: readonly number[] | null;
}

/** A graph with the inputs of an objective, the first axis of each a name. */
export function objectiveGraph(objective: Objective, { output, features }: ObjectiveCase): [GraphBuilder, Scene] {
  const graph = graphBuilder();
  const outputType: TensorType = { dataType: "float32", shape: ["batch", ...output.shape.slice(1)] };
  const featuresType: TensorType = { dataType: "int64", shape: ["batch", ...(features?.shape.slice(1) ?? [])] };
  const targets = objective.targets(outputType, featuresType);
  graph.input({ name: "output", ...outputType });
  graph.input({ name: "features", ...featuresType });
  if (targets !== null) graph.input({ name: "targets", ...targets });
  return [graph, { output: "output", targets: targets === null ? null : "targets", features: "features" }];
}

/** Runs `objective` on `given`. */
export async function runObjective(objective: Objective, given: ObjectiveCase): Promise<Outcome> {
  const [graph, scene] = objectiveGraph(objective, given);
  const mean = meanLoss(graph, objective, scene);
  const gradient = appendGradients(graph, { output: mean, withRespectTo: ["output"] }).get("output") ?? "";
  const { losses, weights } = objective.losses(graph, scene);
  const plainMean = meanOf(graph, { losses, weights });
  const ranks = objective.ranks?.(graph, scene) ?? null;
  const names = [mean, plainMean, gradient, losses, weights, ranks].filter((name) => name !== null);
  const results = await run(graph.build("objective", [...new Set(names)]), feedsOf(graph, given));
  const values = (name: string): readonly number[] => present(results.get(name), name);
  return {
    mean: values(mean)[0] ?? Number.NaN,
    plainMean: values(plainMean)[0] ?? Number.NaN,
    gradient: values(gradient),
    losses: values(losses),
    weights: weights === null ? null : values(weights),
    ranks: ranks === null ? null : values(ranks),
  };
}

type Feeds = Readonly<Record<string, Tensor>>;

function feedsOf(graph: GraphBuilder, { output, targets, features }: ObjectiveCase): Feeds {
  const batch = output.shape[0] ?? 0;
  const inputs = {
    output,
    targets,
    features: features ?? { shape: [batch], values: new Array<number>(batch).fill(0) },
  };
  const given = Object.entries(inputs).flatMap(([name, numbers]) =>
    numbers === undefined ? [] : [[name, tensorOf(graph.typeOf(name), numbers)] as const],
  );
  return Object.fromEntries(given);
}

function tensorOf({ dataType }: TensorType, { shape, values }: Numbers): Tensor {
  return dataType === "int64"
    ? new Tensor("int64", BigInt64Array.from(values, BigInt), shape)
    : new Tensor("float32", Float32Array.from(values), shape);
}

async function run(graph: Graph, feeds: Feeds): Promise<ReadonlyMap<string, readonly number[]>> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await InferenceSession.create(writeModel(standardModel(graph)), options);
  const used = graph.inputs.map(({ name }) => [name, present(feeds[name], name)] as const);
  const results = await session.run(Object.fromEntries(used));
  await session.release();
  for (const { name, dataType, shape } of graph.outputs) {
    const result = present(results[name], name);
    invariant(result.type === dataType && result.dims.length === shape?.length, `the type of "${name}" is as said`);
  }
  return new Map(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
}
