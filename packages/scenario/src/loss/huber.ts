/**
 * The Huber loss: e²/2 where the error e is at most δ, δ (|e| − δ/2) beyond, the mean over examples, so that single
 * outliers do not rule the training.
 *
 * Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35(1), 1964.
 * https://doi.org/10.1214/aoms/1177703732
 *
 * @module
 */
import { definePart, type PartFactory } from "@potluck/core";
import { huber as objective } from "@potluck/engine";
import type { Loss } from "./loss.ts";

/** Options of {@link huber}. */
export interface HuberOptions {
  /** δ > 0 and ≤ 1e6: the error up to which the loss is quadratic; 1 by default. */
  readonly delta?: number;
}

/** The loss `huber`. Throws Fault "option-invalid". */
export const huber: PartFactory<HuberOptions, Loss> = definePart<HuberOptions, Loss>({
  room: "loss",
  name: "huber",
  about: "For numbers with outliers: squared where they are little off, linear beyond.",
  fights: [],
  paper: {
    authors: "Huber",
    title: "Robust Estimation of a Location Parameter",
    venue: "Annals of Mathematical Statistics 1964",
    link: "https://doi.org/10.1214/aoms/1177703732",
  },
  options: {
    delta: { kind: "number", above: 0, maximum: 1e6, default: 1, about: "the error up to which the loss is quadratic" },
  },
  make: (options) => ({
    objective: objective(options),
    targetKind: "numbers",
    hasAccuracy: false,
    isSquaredError: false,
  }),
});
