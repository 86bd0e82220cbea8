/**
 * How good a model is on held-out data, in words: classifiers by their accuracy, all others by their loss.
 *
 * @module
 */
import type { Measurement, RunOutcome } from "@potluck/scenario";
import { decimal, percent } from "./format.ts";

/** Whether the loss of a run has an accuracy; taken to be so where nothing was measured. */
export function hasAccuracy({ measurements }: Pick<RunOutcome, "measurements">): boolean {
  return measurements.every(({ testAccuracy }) => testAccuracy !== null);
}

/** A held-out loss: of classifiers four digits behind the point, of others three that count, whatever their unit. */
export function heldOutLossText({ testAccuracy, testLoss }: Pick<Measurement, "testAccuracy" | "testLoss">): string {
  return testAccuracy === null ? decimal(testLoss) : testLoss.toFixed(4);
}

/** "accuracy 84.3%" and "loss 0.4321", or "loss 0.0123", "RMSE 0.111" and "R² 0.988"; and how far the optimum is, if known. */
export function heldOutTexts(measurement: Measurement): readonly string[] {
  const { testAccuracy, testRmse, testR2, distanceToOptimum } = measurement;
  return [
    ...(testAccuracy === null ? [] : [`accuracy ${percent(testAccuracy)}`]),
    `loss ${heldOutLossText(measurement)}`,
    ...(testRmse === undefined ? [] : [`RMSE ${decimal(testRmse)}`]),
    ...(testR2 === undefined ? [] : [`R² ${decimal(testR2)}`]),
    ...(distanceToOptimum === undefined ? [] : [`from the optimum ${decimal(distanceToOptimum)}`]),
  ];
}

/** A target in words: "84.3%" of an accuracy, "loss 0.1"; null where there is none. */
export function targetWords(
  target: { readonly targetAccuracy?: number | null; readonly targetLoss?: number } | null,
): string | null {
  const { targetAccuracy = null, targetLoss } = target ?? {};
  if (targetAccuracy !== null) return percent(targetAccuracy);
  return targetLoss === undefined ? null : `loss ${decimal(targetLoss)}`;
}
