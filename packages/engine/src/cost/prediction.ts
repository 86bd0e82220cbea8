/**
 * How long training takes on a device that was measured once.
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
import { type FeatureFormat, PLAIN_FEATURES } from "../training/program.ts";
import { PORTABLE_FORM } from "../training/step-form.ts";
import { amountsOf, quantities } from "./amounts.ts";
import type { Calibration } from "./calibration.ts";
import { type NodeCost, nodeCosts } from "./node-costs.ts";
import { stepGraph } from "./step-graph.ts";

/** What one step of training is. */
export interface StepOptions {
  readonly solver: Solver;
  readonly batchSize: number;
  /** Cross-entropy with class labels by default. */
  readonly objective?: Objective;
  /** How the features are stored; plain float32 by default. */
  readonly features?: FeatureFormat;
  /** Which initializers are parameters, where the defaults are not right. */
  readonly parameters?: ParameterRules;
}

/**
 * How long one step of training `model` takes on one thread of the device that `calibration` is about, in seconds. It is
 * meant to be right to a quarter. Throws Fault "model-unsupported" or "option-invalid".
 */
export function predictedStepSeconds(model: Model, options: StepOptions, calibration: Calibration): number {
  const { solver, batchSize, objective = crossEntropy(), features = PLAIN_FEATURES, parameters = {} } = options;
  const derivation = derive(standardForm(model, parameters), objective);
  const { blockSize } = calibration;
  const blocks = blockSize === null ? null : { size: blockSize, batch: batchSize };
  const { graph, typeOf } = stepGraph(derivation, solver, features, { ...PORTABLE_FORM, blocks });
  return calibration.stepSeconds + predictedSeconds(nodeCosts(graph, batchSize, typeOf), calibration);
}

/** How long nodes of these costs take one after another, in seconds. */
export function predictedSeconds(costs: readonly NodeCost[], { rates }: Pick<Calibration, "rates">): number {
  let seconds = 0;
  for (const [kind, amounts] of amountsOf(costs)) {
    for (const quantity of quantities) seconds += amounts[quantity] * rates[kind][quantity];
  }
  return seconds;
}
