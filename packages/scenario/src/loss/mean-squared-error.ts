/**
 * Mean squared error: (y − t)², the mean over examples and over the numbers of each. Its root is the RMSE; R² is
 *
 *     R² = 1 − mean squared error ÷ variance of the held-out numbers
 *
 * 1 for what is always right, 0 for what always says the mean, below 0 for what does worse.
 *
 * @module
 */
import { definePart, type PartFactory } from "@potluck/core";
import { meanSquaredError as objective } from "@potluck/engine";
import type { Loss } from "./loss.ts";

/** The loss `mean-squared-error`. */
export const meanSquaredError: PartFactory<object, Loss> = definePart<object, Loss>({
  room: "loss",
  name: "mean-squared-error",
  about: "For numbers: the square of how far off they are.",
  fights: [],
  options: {},
  make: () => ({ objective: objective(), targetKind: "numbers", hasAccuracy: false, isSquaredError: true }),
});
