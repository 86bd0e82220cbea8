/**
 * Evaluates a model on the calling thread.
 *
 * @module
 */
import type { Model } from "../graph/graph.ts";
import { evaluationProgram } from "../training/evaluation-graph.ts";
import { type FeatureFormat, PLAIN_FEATURES } from "../training/program.ts";
import { type Evaluator, openEvaluator } from "./run-evaluation.ts";

/** Options of {@link createEvaluator}. */
export interface EvaluatorOptions {
  /** Features [batch, …] in, scores of classes [batch, classes] out. */
  readonly model: Model;
  /** How the features will be stored; plain float32 by default. */
  readonly features?: FeatureFormat;
}

/** An evaluator on the calling thread. Rejects with Fault "model-unsupported" or "model-invalid". */
export async function createEvaluator({ model, features = PLAIN_FEATURES }: EvaluatorOptions): Promise<Evaluator> {
  return openEvaluator(evaluationProgram(model, features));
}
