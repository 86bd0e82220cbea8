/**
 * Evaluates a model on the calling thread.
 *
 * @module
 */
import type { Model } from "../graph/graph.ts";
import type { ParameterRules } from "../import/parameter-roles.ts";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import type { Objective } from "../objective/objective.ts";
import { evaluationProgram } from "../training/evaluation-graph.ts";
import { plainFeatures } from "../training/plain-features.ts";
import type { FeatureFormat } from "../training/program.ts";
import type { RuntimeOptions } from "./backend.ts";
import { channelBlocks } from "./channel-blocks.ts";
import { checkCreation, EVALUATOR_OPTIONS } from "./check-options.ts";
import { type Evaluator, openEvaluator } from "./run-evaluation.ts";

/** Options of {@link createEvaluator}. */
export interface EvaluatorOptions {
  /** Features [batch, …] in, scores or numbers [batch, …] out. */
  readonly model: Model;
  /** How outputs are compared with targets; cross-entropy with class labels by default. */
  readonly objective?: Objective;
  /** How the features will be stored; by default int32 where the model takes whole numbers, such as tokens, else float32. */
  readonly features?: FeatureFormat;
  /** Which initializers are parameters, where the defaults are not right; see {@link ParameterRules}. */
  readonly parameters?: ParameterRules;
  /** What runs the graph; the usual by default. */
  readonly runtime?: RuntimeOptions;
}

/** An evaluator on the calling thread. Rejects with Fault "model-unsupported", "model-invalid" or "option-invalid". */
export async function createEvaluator(options: EvaluatorOptions): Promise<Evaluator> {
  checkCreation("createEvaluator", EVALUATOR_OPTIONS, options);
  const { model, objective = crossEntropy(), parameters = {}, runtime } = options;
  const { features = plainFeatures(model) } = options;
  const form = standardForm(model, parameters);
  return openEvaluator(evaluationProgram(form, objective, features, await channelBlocks()), runtime);
}
