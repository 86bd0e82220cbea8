/**
 * How a task will go on a device: a function of the task's key, not of anything else that happens.
 *
 * @module
 */
import { exp, fold, type Key, normalStream, type Seconds, uniformStream } from "@potluck/core";
import type { Device } from "../fleet/device.ts";

/** How a task will go on a device, but for the time that its bytes take, which depends on who else sends. */
export interface Course {
  /** One-way delays before the bytes of the model and of the update begin to flow. */
  readonly downLatencySeconds: Seconds;
  readonly upLatencySeconds: Seconds;
  readonly computeSeconds: Seconds;
  /** After how long of that the device fails, or null when it does not. */
  readonly failsAfterSeconds: Seconds | null;
}

/** The course on `device` of a task with so many floating-point operations. */
export function courseOf(device: Device, flops: number, key: Key): Course {
  const computeSeconds = (noiseOf(device, key) * flops) / device.flopsPerSecond;
  return {
    downLatencySeconds: latencyOf(device, key, "latency down"),
    upLatencySeconds: latencyOf(device, key, "latency up"),
    computeSeconds,
    failsAfterSeconds: failsAfter(device, computeSeconds, key),
  };
}

function noiseOf({ computeNoise }: Device, key: Key): number {
  return computeNoise === 0 ? 1 : exp(computeNoise * normalStream(fold(key, "compute noise"))());
}

function failsAfter({ failureRate }: Device, computeSeconds: Seconds, key: Key): Seconds | null {
  if (failureRate === 0) return null;
  const chance = uniformStream(fold(key, "failure"));
  return chance() < failureRate ? chance() * computeSeconds : null;
}

function latencyOf({ latencySeconds, latencyJitter }: Device, key: Key, purpose: string): Seconds {
  return latencyJitter === 0
    ? latencySeconds
    : latencySeconds * exp(latencyJitter * normalStream(fold(key, purpose))());
}
