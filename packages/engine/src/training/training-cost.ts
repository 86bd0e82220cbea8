/**
 * What training a model costs, counted from the graph that training really runs.
 *
 * @module
 */
import { costOf } from "../cost/graph-cost.ts";
import type { Model } from "../graph/graph.ts";
import type { ParameterRules } from "../import/parameter-roles.ts";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import type { Objective } from "../objective/objective.ts";
import { derive } from "./derivation.ts";
import { inversionProgram } from "./inversion-graph.ts";
import type { InversionSize } from "./inversion-program.ts";

/** The batch over which work that is done once for each batch is shared out. */
const BATCH_SIZE = 32;

/**
 * Floating-point operations of passing one example forward and backward through `model`, in batches of 32; the
 * solver's own arithmetic is left out. Throws Fault "model-unsupported".
 */
export function trainingFlopsPerExample(
  model: Model,
  objective: Objective = crossEntropy(),
  rules: ParameterRules = {},
): number {
  return costOf(derive(standardForm(model, rules), objective).model.graph, BATCH_SIZE).flops / BATCH_SIZE;
}

/**
 * Floating-point operations of one iteration of an inversion; see `createInverter`. Throws Fault "model-unsupported" for
 * a model whose updates cannot be inverted, and "option-invalid".
 */
export function inversionFlops(model: Model, size: InversionSize, rules: ParameterRules = {}): number {
  return inversionProgram(standardForm(model, rules), size).flops;
}
