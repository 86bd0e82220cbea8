/**
 * The training form of a model in standard form: what is different while it learns.
 *
 * Batch normalisation uses the mean and variance of the batch, and moves its statistics towards them. Dropout sets
 * elements to zero at random, differently in every step and the same for the same seed.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { describe } from "../graph/check.ts";
import { tensorNumbers } from "../graph/tensors.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { batchNormalized } from "../graph/operators/normalisation.ts";
import { learnsStatistics, requireOwnStatistics } from "../import/statistics.ts";
import { appendDropout } from "./dropout.ts";

/** A graph in training form. */
export interface TrainingForm {
  /** The graph; what statistics become, and the input of the seed where there is one, are among its values. */
  readonly graph: Graph;
  /** By statistic, the value that it has after the step. */
  readonly statistics: ReadonlyMap<string, string>;
  /** Whether the graph reads {@link SEED}. */
  readonly random: boolean;
}

/** The input, an int64 scalar in [0, 2^32), that decides what dropout drops. */
export const SEED = "potluck:seed";

/**
 * The training form of `graph`, which keeps its outputs. Throws Fault "model-unsupported" where a statistic is also
 * something else, or where dropout drops nothing known.
 */
export function trainingForm(graph: Graph): TrainingForm {
  requireOwnStatistics(graph);
  const names = graph.nodes.flatMap(({ outputs }) => outputs);
  const builder = graphBuilder({ ...graph, nodes: [] }, names);
  let dropouts = 0;
  const statistics = new Map<string, string>();
  for (const node of graph.nodes) {
    const ratio = node.operator === "Dropout" ? ratioOf(builder, node) : 0;
    if (ratio > 0) {
      if (dropouts === 0) builder.input({ name: SEED, dataType: "int64", shape: [] });
      appendDropout(builder, { node, place: dropouts, ratio, seed: SEED });
      dropouts += 1;
    } else if (learnsStatistics(graph, node)) {
      const [x = "", scale = "", bias = "", mean = "", variance = ""] = node.inputs;
      // Of a normalisation that is used twice, the second use goes on from what the first one made of the statistics.
      const before = [mean, variance].map((name) => statistics.get(name) ?? name);
      const next = batchNormalized(builder, { ...node, inputs: [x, scale, bias, ...before] });
      statistics.set(mean, next.mean).set(variance, next.variance);
    } else builder.append(node);
  }
  const outputs = graph.outputs.map(({ name }) => name);
  return { graph: builder.build(graph.name, [...outputs, ...statistics.values()]), statistics, random: dropouts > 0 };
}

/** The share of elements that `node` drops, in [0, 1). Throws Fault "model-unsupported". */
function ratioOf(builder: GraphBuilder, node: GraphNode): number {
  const name = node.inputs[1] ?? "";
  if (name === "") return 0.5;
  const tensor = builder.constantOf(name);
  const [ratio] = tensor === null ? [] : tensorNumbers(tensor);
  if (ratio !== undefined && ratio >= 0 && ratio < 1) return ratio;
  throw new Fault(
    "model-unsupported",
    `${describe(node)} drops ${ratio === undefined ? "a share that is not a constant" : `a share of ${ratio}`}`,
    "Use a constant share in [0, 1).",
  );
}
