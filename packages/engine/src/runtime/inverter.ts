/**
 * Inverts local training on the calling thread.
 *
 * @module
 */
import type { ParameterRules } from "../import/parameter-roles.ts";
import { standardForm } from "../import/standard-form.ts";
import type { Model } from "../graph/graph.ts";
import { inversionProgram } from "../training/inversion-graph.ts";
import type { InversionSize } from "../training/inversion-program.ts";
import type { RuntimeOptions } from "./backend.ts";
import { checkCreation } from "./check-options.ts";
import { type Inverter, openInverter } from "./run-inversion.ts";

/** Options of {@link createInverter}. */
export interface InverterOptions extends InversionSize {
  /** A classifier that is trained for the cross-entropy. */
  readonly model: Model;
  /** Which initializers are parameters, where the defaults are not right. */
  readonly parameters?: ParameterRules;
  readonly runtime?: RuntimeOptions;
}

/**
 * Finds examples from which plain gradient descent leads to parameters that a client sent.
 * Rejects with Fault "model-unsupported", "model-invalid" or "option-invalid".
 */
export async function createInverter(options: InverterOptions): Promise<Inverter> {
  checkCreation("createInverter", ["model", "examples", "steps", "parameters", "runtime"], options);
  const { model, examples, steps, parameters = {}, runtime } = options;
  return openInverter(inversionProgram(standardForm(model, parameters), { examples, steps }), runtime);
}
