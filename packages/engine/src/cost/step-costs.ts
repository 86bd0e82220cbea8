/**
 * What a step of training costs, node by node.
 *
 * @module
 */
import type { Solver } from "@potluck/core";
import type { Model } from "../graph/graph.ts";
import type { ParameterRules } from "../import/parameter-roles.ts";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import type { Objective } from "../objective/objective.ts";
import { derive } from "../training/derivation.ts";
import { plainFeatures } from "../training/plain-features.ts";
import type { FeatureFormat } from "../training/program.ts";
import { PORTABLE_FORM } from "../training/step-form.ts";
import { type NodeCost, nodeCosts } from "./node-costs.ts";
import { stepGraph } from "./step-graph.ts";

/** What one step of training is. */
export interface StepOptions {
  readonly solver: Solver;
  readonly batchSize: number;
  /** Cross-entropy with class labels by default. */
  readonly objective?: Objective;
  /** How the features are stored; by default int32 where the model takes whole numbers, such as tokens, else float32. */
  readonly features?: FeatureFormat;
  /** Which initializers are parameters, where the defaults are not right. */
  readonly parameters?: ParameterRules;
}

/** What the nodes of a step cost where convolutions may have blocks of so many channels. */
export function stepCosts(model: Model, options: StepOptions, blockSize: number | null): readonly NodeCost[] {
  const { solver, batchSize, objective = crossEntropy(), parameters = {} } = options;
  const { features = plainFeatures(model) } = options;
  const derivation = derive(standardForm(model, parameters), objective);
  const blocks = blockSize === null ? null : { size: blockSize, batch: batchSize };
  const { graph, typeOf } = stepGraph(derivation, solver, features, { ...PORTABLE_FORM, blocks });
  return nodeCosts(graph, batchSize, typeOf);
}
