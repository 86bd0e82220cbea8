/**
 * Derivatives of a model times vectors, on the calling thread.
 *
 * @module
 */
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { hessianVectorProduct, jacobianVectorProduct } from "../training/vector-products.ts";
import { checkCreation, EVALUATOR_OPTIONS } from "./check-options.ts";
import type { EvaluatorOptions } from "./evaluator.ts";
import { type Hessian, type Jacobian, openHessian, openJacobian } from "./run-products.ts";

/**
 * The second derivative of the mean loss of a batch with respect to the parameters. The loss is that of training: batch
 * normalisation uses the statistics of the batch, and dropout drops what the seed says.
 * Rejects with Fault "model-unsupported", "model-invalid" or "option-invalid".
 */
export async function createHessian(options: EvaluatorOptions): Promise<Hessian> {
  checkCreation("createHessian", EVALUATOR_OPTIONS, options);
  const { model, objective = crossEntropy(), features, parameters = {}, runtime } = options;
  return openHessian(hessianVectorProduct(standardForm(model, parameters), objective, features), runtime);
}

/**
 * The derivative of the output with respect to the parameters. The model is that of evaluation: batch normalisation
 * uses its running statistics, and dropout drops nothing.
 * Rejects with Fault "model-unsupported", "model-invalid" or "option-invalid".
 */
export async function createJacobian(options: Omit<EvaluatorOptions, "objective">): Promise<Jacobian> {
  const known = EVALUATOR_OPTIONS.filter((name) => name !== "objective");
  checkCreation("createJacobian", known, options);
  const { model, features, parameters = {}, runtime } = options;
  return openJacobian(jacobianVectorProduct(standardForm(model, parameters), features), runtime);
}
