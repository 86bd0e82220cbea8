/**
 * A device for tests, in which nothing is left to chance.
 *
 * @module
 */
import type { Device } from "@potluck/scenario";

/** Always there, with latency, and without jitter, noise or failures. */
export const sampleDevice: Device = {
  tier: "1x",
  flopsPerSecond: 1e9,
  memoryBytes: null,
  uploadBytesPerSecond: 1e6,
  downloadBytesPerSecond: 4e6,
  latencySeconds: 0.5,
  latencyJitter: 0,
  computeNoise: 0,
  taskTimes: null,
  failureRate: 0,
  dropoutRate: 0,
  restartSeconds: 60,
  availability: { kind: "always" },
};
