/**
 * What the server optimizers with momentum have in common: a velocity that remembers earlier rounds,
 *
 *     v ← β v + Δ̄,   x ← x + η · direction(Δ̄, v),   v starts at 0
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import type { NumberOption } from "../part/options.ts";
import { elementwise, type ServerOptimizer } from "./server-optimizer.ts";

/** Descriptions of the options that server optimizers with momentum share. */
export const velocityOptions: Readonly<Record<"learningRate" | "momentum", NumberOption>> = {
  learningRate: { kind: "number", above: 0, default: 1, about: "server step size η" },
  momentum: { kind: "number", minimum: 0, below: 1, default: 0.9, about: "share β of the last direction that is kept" },
};

/** The settings of {@link withVelocity}. */
export interface VelocitySettings {
  readonly learningRate: number;
  readonly momentum: number;
  /** Where to go, from the delta and the velocity after it was updated. */
  readonly direction: (delta: number, velocity: number) => number;
}

/** The server optimizer that goes in `direction`. */
export function withVelocity({ learningRate, momentum, direction }: VelocitySettings): ServerOptimizer {
  return {
    slots: { velocity: 0 },
    step: ({ params, delta, slots }) => {
      const v = present(slots["velocity"], "the velocity");
      return elementwise(params.length, (i) => {
        const d = delta[i] as number;
        const moved = momentum * (v[i] as number) + d;
        v[i] = moved;
        return (params[i] as number) + learningRate * direction(d, moved);
      });
    },
  };
}
