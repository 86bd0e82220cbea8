/**
 * What the adaptive server optimizers have in common (FedOpt): a mean direction m, a scale v, and the step
 *
 *     m ← β₁ m + (1 − β₁) Δ̄,   v ← rule(v, Δ̄²),   x ← x + η m / (√v + τ)
 *
 * without bias correction; m starts at 0 and v at τ², the smallest value that the paper allows.
 *
 * Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, "Adaptive federated optimization", ICLR 2021,
 * algorithm 2. https://arxiv.org/abs/2003.00295
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import type { NumberOption } from "../part/options.ts";
import { elementwise, type ServerOptimizer } from "./server-optimizer.ts";

/** Descriptions of the options that adaptive server optimizers share. */
export const adaptiveOptions: Readonly<Record<"learningRate" | "beta1" | "beta2" | "tau", NumberOption>> = {
  learningRate: {
    kind: "number",
    above: 0,
    about: "server step size η; the paper tunes half powers of ten from 1e-3 to 10",
  },
  beta1: { kind: "number", minimum: 0, below: 1, default: 0.9, about: "memory β₁ of the mean direction" },
  beta2: { kind: "number", minimum: 0, below: 1, default: 0.99, about: "memory β₂ of the scale" },
  tau: { kind: "number", above: 0, default: 1e-3, about: "adaptivity τ: the smaller, the more steps are equalised" },
};

/** The settings of {@link adaptive}. */
export interface AdaptiveSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly tau: number;
  /** The new scale from the old one and the squared delta. */
  readonly scale: (v: number, squared: number) => number;
}

/** The adaptive server optimizer with the given rule for its scale. */
export function adaptive({ learningRate, beta1, tau, scale }: AdaptiveSettings): ServerOptimizer {
  return {
    slots: { direction: 0, scale: tau * tau },
    step: ({ params, delta, slots }) => {
      const m = present(slots["direction"], "the direction");
      const v = present(slots["scale"], "the scale");
      return elementwise(params.length, (i) => {
        const d = delta[i] as number;
        const direction = beta1 * (m[i] as number) + (1 - beta1) * d;
        const scaled = scale(v[i] as number, d * d);
        m[i] = direction;
        v[i] = scaled;
        return (params[i] as number) + (learningRate * direction) / (Math.sqrt(scaled) + tau);
      });
    },
  };
}
