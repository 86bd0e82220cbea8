/**
 * Yogi on the server (FedYogi).
 *
 *     m ← β₁ m + (1 − β₁) Δ̄
 *     v ← v − (1 − β₂) Δ̄² sign(v − Δ̄²)
 *     x ← x + η m / (√v + τ)
 *
 * η learningRate, β₁ beta1, β₂ beta2, τ tau; m starts at 0, v at τ²; no bias correction.
 *
 * Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, "Adaptive federated optimization", ICLR 2021.
 * https://arxiv.org/abs/2003.00295
 *
 * The scale moves by at most (1 − β₂) Δ̄² a round, so that it forgets a burst of large deltas no faster than it learned
 * it.
 *
 * @module
 */
import { fedOptPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { adaptive, adaptiveOptions } from "./adaptive.ts";
import type { ServerOptimizer } from "./server-optimizer.ts";

/** Options of {@link yogi}. */
export interface YogiOptions {
  /** η > 0. */
  readonly learningRate: number;
  /** β₁ in [0, 1); 0.9 by default. */
  readonly beta1?: number;
  /** β₂ in [0, 1); 0.99 by default. */
  readonly beta2?: number;
  /** τ > 0; 0.001 by default. */
  readonly tau?: number;
}

/** The server optimizer `yogi`. Throws Fault "option-invalid". */
export const yogi: PartFactory<YogiOptions, ServerOptimizer> = definePart<YogiOptions, ServerOptimizer>({
  room: "server-optimizer",
  name: "yogi",
  about: "Adam whose scale changes slowly in both directions (FedYogi).",
  fights: ["starvation"],
  paper: fedOptPaper,
  options: adaptiveOptions,
  make: ({ learningRate, beta1, beta2, tau }) =>
    adaptive({ learningRate, beta1, tau, scale: (v, squared) => v - (1 - beta2) * squared * Math.sign(v - squared) }),
});
