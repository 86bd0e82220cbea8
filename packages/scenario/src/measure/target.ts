/**
 * The target of a run: the accuracy or the loss at which its model is good enough.
 *
 * @module
 */
import type { Scenario } from "../scenario.ts";
import type { Measurement } from "../result/result.ts";
import type { Ending } from "../result/ending.ts";

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
function targetText({ targetAccuracy, targetLoss }: Target): string {
  return targetAccuracy === undefined ? `the target loss of ${targetLoss}` : `the target accuracy of ${targetAccuracy}`;
}

/** How a run ends with what was measured, null where a model has diverged; null where it goes on. */
export function endingAfter(measurement: Measurement | null, scenario: Scenario): Ending | null {
  if (measurement === null) {
    return { status: "stalled", reason: "the model diverged: its held-out loss is not a finite number" };
  }
  if (scenario.stopAtTarget !== true || !reachesTarget(measurement, scenario)) return null;
  return { status: "finished", reason: `${targetText(scenario)} was reached` };
}
