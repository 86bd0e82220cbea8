/**
 * How long training takes on a device that was measured once.
 *
 * @module
 */
import type { Model } from "../graph/graph.ts";
import { amountsOf, quantities } from "./amounts.ts";
import type { Calibration } from "./calibration.ts";
import type { NodeCost } from "./node-costs.ts";
import { stepCosts, type StepOptions } from "./step-costs.ts";

/**
 * How long one step of training `model` takes on one thread of the device that `calibration` is about, in seconds. It is
 * meant to be right to a quarter. Throws Fault "model-unsupported" or "option-invalid".
 */
export function predictedStepSeconds(model: Model, options: StepOptions, calibration: Calibration): number {
  return calibration.stepSeconds + predictedSeconds(stepCosts(model, options, calibration.blockSize), calibration);
}

/** How long nodes of these costs take one after another, in seconds. */
export function predictedSeconds(costs: readonly NodeCost[], { rates }: Pick<Calibration, "rates">): number {
  let seconds = 0;
  for (const [kind, amounts] of amountsOf(costs)) {
    for (const quantity of quantities) seconds += amounts[quantity] * rates[kind][quantity];
  }
  return seconds;
}
