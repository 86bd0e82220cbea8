/**
 * The axis of losses: logarithmic where a loss falls to a small part of what it was.
 *
 * @module
 */
import { largest, smallest } from "@potluck/comparison";

/** The axis is logarithmic where the largest loss is more than so many times the smallest. */
const LOGARITHMIC_FROM = 20;

/** Whether only a logarithmic axis shows all of these losses. */
export function isSteep(losses: readonly number[]): boolean {
  const least = smallest(losses);
  return least > 0 && largest(losses) > LOGARITHMIC_FROM * least;
}

/** What stands at the axis. */
export function lossLabel(isLogarithmic: boolean): string {
  return isLogarithmic ? "loss (logarithmic)" : "loss";
}
