/**
 * The target of a run: the accuracy or the loss at which its model is good enough.
 *
 * @module
 */
import type { Scenario } from "../scenario.ts";
import type { Measurement } from "./result.ts";

/** What is to be reached; nothing where neither is set. */
export type Target = Pick<Scenario, "targetAccuracy" | "targetLoss">;

/** Whether a model has reached the target; false where there is none. */
export function reachesTarget(
  { testAccuracy, testLoss }: Pick<Measurement, "testAccuracy" | "testLoss">,
  { targetAccuracy, targetLoss }: Target,
): boolean {
  if (targetAccuracy !== undefined) return testAccuracy !== null && testAccuracy >= targetAccuracy;
  return targetLoss !== undefined && testLoss <= targetLoss;
}

/** "the target accuracy of 0.9". */
export function targetText({ targetAccuracy, targetLoss }: Target): string {
  return targetAccuracy === undefined ? `the target loss of ${targetLoss}` : `the target accuracy of ${targetAccuracy}`;
}
