/**
 * Options that the fleets of like devices share.
 *
 * @module
 */
import type { OptionSpecs, Seconds } from "@potluck/core";

/** Speed and links of a fleet's devices. */
export interface LinkOptions {
  /** Training speed of the fastest device in floating-point operations per second, ≥ 1; 40e9 by default. */
  readonly flopsPerSecond?: number;
  /** ≥ 1; 2e6 by default. */
  readonly uploadBytesPerSecond?: number;
  /** ≥ 1; 10e6 by default. */
  readonly downloadBytesPerSecond?: number;
  /** One-way delay of every transfer; 0.05 by default. */
  readonly latencySeconds?: Seconds;
  /** Standard deviation of the logarithm of a task's computing time; 0.1 by default. */
  readonly computeNoise?: number;
  /** Probability that a task fails; 0 by default. */
  readonly failureRate?: number;
}

/** The descriptions of {@link LinkOptions}. */
export const linkOptions: OptionSpecs<LinkOptions> = {
  flopsPerSecond: {
    kind: "number",
    minimum: 1,
    default: 40e9,
    unit: "per second",
    about: "speed of the fastest device",
  },
  uploadBytesPerSecond: { kind: "number", minimum: 1, default: 2e6, unit: "bytes per second", about: "upload speed" },
  downloadBytesPerSecond: {
    kind: "number",
    minimum: 1,
    default: 10e6,
    unit: "bytes per second",
    about: "download speed",
  },
  latencySeconds: {
    kind: "number",
    minimum: 0,
    maximum: 86_400,
    default: 0.05,
    unit: "seconds",
    about: "one-way delay of a transfer",
  },
  computeNoise: {
    kind: "number",
    minimum: 0,
    maximum: 3,
    default: 0.1,
    about: "spread (σ of the logarithm) of computing times",
  },
  failureRate: { kind: "number", minimum: 0, below: 1, default: 0, about: "probability that a task fails" },
};
