/**
 * The gradient of a model's loss, on the calling thread.
 *
 * @module
 */
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { derive } from "../training/derivation.ts";
import { gradientProgram } from "../training/gradient-graph.ts";
import { plainFeatures } from "../training/plain-features.ts";
import { checkCreation, EVALUATOR_OPTIONS } from "./check-options.ts";
import type { EvaluatorOptions } from "./evaluator.ts";
import { type Gradient, openGradient } from "./run-gradient.ts";

/**
 * The gradient of the mean loss of a batch with respect to the parameters. The loss is that of training: batch
 * normalisation uses the statistics of the batch, and dropout drops what the seed says.
 * Rejects with Fault "model-unsupported", "model-invalid" or "option-invalid".
 */
export async function createGradient(options: EvaluatorOptions): Promise<Gradient> {
  checkCreation("createGradient", EVALUATOR_OPTIONS, options);
  const { model, objective = crossEntropy(), features, parameters = {}, runtime } = options;
  const form = standardForm(model, parameters);
  return openGradient(gradientProgram(derive(form, objective), features ?? plainFeatures(form.model)), runtime);
}
