/**
 * Adam on the server (FedAdam).
 *
 *     m ← β₁ m + (1 − β₁) Δ̄
 *     v ← β₂ v + (1 − β₂) Δ̄²
 *     x ← x + η m / (√v + τ)
 *
 * η learningRate, β₁ beta1, β₂ beta2, τ tau; m starts at 0, v at τ²; no bias correction.
 *
 * Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, "Adaptive federated optimization", ICLR 2021.
 * https://arxiv.org/abs/2003.00295
 *
 * Pitfall: η is in units of the parameters, not of the delta; a rate that suits `sgd` is far too large here.
 *
 * @module
 */
import { fedOptPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { adaptive, adaptiveOptions } from "./adaptive.ts";
import type { ServerOptimizer } from "./server-optimizer.ts";

/** Options of {@link adam}. */
export interface ServerAdamOptions {
  /** η > 0. */
  readonly learningRate: number;
  /** β₁ in [0, 1); 0.9 by default. */
  readonly beta1?: number;
  /** β₂ in [0, 1); 0.99 by default. */
  readonly beta2?: number;
  /** τ > 0; 0.001 by default. */
  readonly tau?: number;
}

/** The server optimizer `adam`. Throws Fault "option-invalid". */
export const adam: PartFactory<ServerAdamOptions, ServerOptimizer> = definePart<ServerAdamOptions, ServerOptimizer>({
  room: "server-optimizer",
  name: "adam",
  about: "Divides each parameter's step by the recent size of its deltas (FedAdam).",
  fights: ["starvation"],
  paper: fedOptPaper,
  options: adaptiveOptions,
  make: ({ learningRate, beta1, beta2, tau }) =>
    adaptive({ learningRate, beta1, tau, scale: (v, squared) => beta2 * v + (1 - beta2) * squared }),
});
