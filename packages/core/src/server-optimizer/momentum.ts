/**
 * Server momentum (FedAvgM).
 *
 *     v ← β v + Δ̄
 *     x ← x + η v
 *
 * η learningRate, β momentum, v starts at 0. With β = 0 it is `sgd`.
 *
 * Hsu, Qi, Brown, "Measuring the effects of non-identical data distribution for federated visual classification",
 * 2019. https://arxiv.org/abs/1909.06335
 *
 * Pitfall: v grows to Δ̄/(1 − β), so η wants to be about (1 − β) times that of `sgd`.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { ServerOptimizer } from "./server-optimizer.ts";
import { velocityOptions, withVelocity } from "./velocity.ts";

/** Options of {@link momentum}. */
export interface MomentumOptions {
  /** η > 0; 1 by default. */
  readonly learningRate?: number;
  /** β in [0, 1); 0.9 by default. */
  readonly momentum?: number;
}

/** The server optimizer `momentum`. Throws Fault "option-invalid". */
export const momentum: PartFactory<MomentumOptions, ServerOptimizer> = definePart<MomentumOptions, ServerOptimizer>({
  room: "server-optimizer",
  name: "momentum",
  about: "Keeps moving in the direction of earlier rounds (FedAvgM).",
  fights: ["starvation"],
  paper: {
    authors: "Hsu, Qi, Brown",
    title: "Measuring the effects of non-identical data distribution for federated visual classification",
    venue: "arXiv 2019",
    link: "https://arxiv.org/abs/1909.06335",
  },
  options: velocityOptions,
  make: ({ learningRate, momentum: beta }) =>
    withVelocity({ learningRate, momentum: beta, direction: (_delta, velocity) => velocity }),
});
