/**
 * How a task will go on a device: a function of the task's key and of how many tasks the device had before, not of
 * anything else that happens.
 *
 * @module
 */
import { fold, type Key, type Seconds, uniformStream } from "@potluck/core";
import { type ComputeCost, computeSecondsOf, type Device, latencyOf } from "../fleet/device.ts";

/** How a task will go on a device, but for the time that its bytes take, which depends on who else sends. */
export interface Course {
  /** One-way delays before the bytes of the model and of the update begin to flow. */
  readonly downLatencySeconds: Seconds;
  readonly upLatencySeconds: Seconds;
  readonly computeSeconds: Seconds;
  /** After how long of that the device fails, or null when it does not. */
  readonly failsAfterSeconds: Seconds | null;
}

/** The course on `device` of a task of this cost. */
export function courseOf(device: Device, cost: ComputeCost, key: Key): Course {
  const computeSeconds = computeSecondsOf(device, cost, key);
  return {
    downLatencySeconds: latencyOf(device, key, "latency down"),
    upLatencySeconds: latencyOf(device, key, "latency up"),
    computeSeconds,
    failsAfterSeconds: failsAfter(device, computeSeconds, key),
  };
}

function failsAfter({ failureRate }: Device, computeSeconds: Seconds, key: Key): Seconds | null {
  if (failureRate === 0) return null;
  const chance = uniformStream(fold(key, "failure"));
  return chance() < failureRate ? chance() * computeSeconds : null;
}
