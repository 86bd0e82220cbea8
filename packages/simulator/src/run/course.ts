/**
 * How a task will go on a device: a function of the task's key and of how many tasks the device had before, not of
 * anything else that happens.
 *
 * @module
 */
import { fold, type Key, type Seconds, uniformStream } from "@potluck/core";
import { type ComputeCost, computeSecondsOf, type Device, latencyOf } from "@potluck/scenario";

/** How a task will go on a device, but for the time that its bytes take, which depends on who else sends. */
export interface Course {
  /** One-way delays before the bytes of the model and of the update begin to flow. */
  readonly downLatencySeconds: Seconds;
  readonly upLatencySeconds: Seconds;
  readonly computeSeconds: Seconds;
  /** What goes wrong meanwhile; null where nothing does. */
  readonly mishap: Mishap | null;
}

/** What goes wrong while a device computes: the task fails, and the device says so, or it drops out without a word. */
export interface Mishap {
  readonly kind: "failure" | "dropout";
  /** After how long of computing. */
  readonly afterSeconds: Seconds;
}

/** The course on `device` of a task of this cost. */
export function courseOf(device: Device, cost: ComputeCost, key: Key): Course {
  const computeSeconds = computeSecondsOf(device, cost, key);
  return {
    downLatencySeconds: latencyOf(device, key, "latency down"),
    upLatencySeconds: latencyOf(device, key, "latency up"),
    computeSeconds,
    mishap: earlier(
      mishapOf("failure", device.failureRate, computeSeconds, key),
      mishapOf("dropout", device.dropoutRate, computeSeconds, key),
    ),
  };
}

/** Both may be drawn: then the later one does not come about. */
function earlier(one: Mishap | null, other: Mishap | null): Mishap | null {
  if (one === null || other === null) return one ?? other;
  return other.afterSeconds < one.afterSeconds ? other : one;
}

/** A mishap of this kind at a uniform instant of the computing time, with the probability `rate`. */
function mishapOf(kind: Mishap["kind"], rate: number, computeSeconds: Seconds, key: Key): Mishap | null {
  if (rate === 0) return null;
  const chance = uniformStream(fold(key, kind));
  return chance() < rate ? { kind, afterSeconds: chance() * computeSeconds } : null;
}
