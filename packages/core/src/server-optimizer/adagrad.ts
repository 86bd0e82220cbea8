/**
 * Adagrad on the server (FedAdagrad).
 *
 *     m ← β₁ m + (1 − β₁) Δ̄
 *     v ← v + Δ̄²
 *     x ← x + η m / (√v + τ)
 *
 * η learningRate, β₁ beta1, τ tau; m starts at 0, v at τ²; no bias correction.
 *
 * Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, "Adaptive federated optimization", ICLR 2021.
 * https://arxiv.org/abs/2003.00295
 *
 * The scale only grows: steps shrink for parameters that moved much. β₁ is 0 by default, since Adagrad has no memory of
 * directions.
 *
 * @module
 */
import { fedOptPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { adaptive, adaptiveOptions } from "./adaptive.ts";
import type { ServerOptimizer } from "./server-optimizer.ts";

/** Options of {@link adagrad}. */
export interface AdagradOptions {
  /** η > 0. */
  readonly learningRate: number;
  /** β₁ in [0, 1); 0 by default. */
  readonly beta1?: number;
  /** τ > 0; 0.001 by default. */
  readonly tau?: number;
}

/** The server optimizer `adagrad`. Throws Fault "option-invalid". */
export const adagrad: PartFactory<AdagradOptions, ServerOptimizer> = definePart<AdagradOptions, ServerOptimizer>({
  room: "server-optimizer",
  name: "adagrad",
  about: "Divides each parameter's step by the size of all its deltas so far (FedAdagrad).",
  fights: ["starvation"],
  paper: fedOptPaper,
  options: {
    learningRate: adaptiveOptions.learningRate,
    beta1: { ...adaptiveOptions.beta1, default: 0 },
    tau: adaptiveOptions.tau,
  },
  make: ({ learningRate, beta1, tau }) => adaptive({ learningRate, beta1, tau, scale: (v, squared) => v + squared }),
});
