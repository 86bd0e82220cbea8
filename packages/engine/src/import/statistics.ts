/**
 * The running statistics of batch normalisations among the initializers of a model, and what rules may say of them: a
 * mean and its variance are kept up to date together or frozen together, and never trained or shared.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { describe } from "../graph/check.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { ParameterRules, Ruling } from "./parameter-rules.ts";

/** A batch normalisation, with the names of its running mean and variance. */
interface Normalisation {
  readonly node: GraphNode;
  readonly mean: string;
  readonly variance: string;
}

/** Whether `node` of `graph` is a batch normalisation whose mean and variance are statistics of the model. */
export function learnsStatistics({ initializers }: Graph, { operator, inputs }: GraphNode): boolean {
  return operator === "BatchNormalization" && [inputs[3], inputs[4]].every((name) => initializers.has(name ?? ""));
}

function normalisationsOf(graph: Graph): readonly Normalisation[] {
  return graph.nodes.flatMap((node) => {
    const [, , , mean = "", variance = ""] = node.inputs;
    return learnsStatistics(graph, node) ? [{ node, mean, variance }] : [];
  });
}

/** The names of the running means and variances of `graph`. */
export function statisticsOf(graph: Graph): ReadonlySet<string> {
  return new Set(normalisationsOf(graph).flatMap(({ mean, variance }) => [mean, variance]));
}

/** Throws Fault "option-invalid" where `rules`, whose `ruling` on names this is, say of a statistic what cannot be. */
export function checkStatisticRules(graph: Graph, rules: ParameterRules, ruling: (name: string) => Ruling): void {
  const statistics = statisticsOf(graph);
  const { train = [], share = [] } = rules;
  const trained = train.find((name) => statistics.has(name));
  if (trained !== undefined) {
    throw invalid(
      `train: "${trained}" is a running statistic, which training keeps up to date by itself`,
      "Leave it out.",
    );
  }
  const shared = share.flat().find((name) => statistics.has(name));
  if (shared !== undefined) {
    throw invalid(`share: "${shared}" is a running statistic, which belongs to one normalisation`, "Leave it out.");
  }
  for (const { mean, variance } of normalisationsOf(graph)) {
    const [frozen, learnt] = ruling(mean) === "freeze" ? [mean, variance] : [variance, mean];
    if (ruling(frozen) !== "freeze" || ruling(learnt) === "freeze") continue;
    throw invalid(
      `freeze: "${frozen}" is frozen, and "${learnt}" of the same batch normalisation is not`,
      'Freeze both, or all statistics with statistics: "freeze".',
    );
  }
}

function invalid(message: string, remedy: string): Fault {
  return new Fault("option-invalid", message, remedy);
}

/**
 * Throws Fault "model-unsupported" where a running mean or variance of `graph` is something else, too. PyTorch's exporter
 * makes one of tensors that are equal, as running variances and scales are before any training; training would overwrite
 * the one with the other.
 */
export function requireOwnStatistics(graph: Graph): void {
  const all = normalisationsOf(graph);
  const [means, variances] = [new Set(all.map(({ mean }) => mean)), new Set(all.map(({ variance }) => variance))];
  for (const node of graph.nodes) {
    const normalises = node.operator === "BatchNormalization";
    node.inputs.forEach((name, at) => {
      const isMean = means.has(name) && !(normalises && at === 3);
      if (isMean || (variances.has(name) && !(normalises && at === 4))) throw merged(node, name, at);
    });
  }
}

function merged(node: GraphNode, name: string, at: number): Fault {
  return new Fault(
    "model-unsupported",
    `"${name}" is input ${at} of ${describe(node)} and a running statistic of a batch normalisation, so that they cannot be trained apart: the exporter merged equal tensors`,
    'Export with optimize=False, or freeze the statistics with statistics: "freeze".',
  );
}
