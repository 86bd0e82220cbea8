/**
 * Devices: how fast a client computes and how it is connected, and how long a task takes it.
 *
 * A device is plain data. Devices that are alike are one object, so that a million of them fit into memory.
 *
 * @module
 */
import { exp, fold, type Key, normalOf, type Seconds } from "@potluck/core";
import type { Availability } from "./availability.ts";

/** A device. */
export interface Device {
  /** Its kind, for reports: "1x", "phone". */
  readonly tier: string;
  /** Training speed in floating-point operations per second, > 0. */
  readonly flopsPerSecond: number;
  /** Memory for training; null is enough for everything. */
  readonly memoryBytes: number | null;
  readonly uploadBytesPerSecond: number;
  readonly downloadBytesPerSecond: number;
  /** One-way delay of every transfer: its median. */
  readonly latencySeconds: Seconds;
  /** Standard deviation of the logarithm of the latency, ≥ 0; 0 is always the same. */
  readonly latencyJitter: number;
  /** Standard deviation of the logarithm of a task's computing time, ≥ 0; 0 is always the same. */
  readonly computeNoise: number;
  /** Times of its tasks that were recorded; null for none. */
  readonly taskTimes: TaskTimes | null;
  /** Probability in [0, 1) that a task fails, at a uniform instant of its computing time; that is reported at once. */
  readonly failureRate: number;
  /** Probability in [0, 1) that it drops out of a task without a word, at a uniform instant of its computing time. */
  readonly dropoutRate: number;
  /** How long after it dropped out it joins again, ≥ 0. */
  readonly restartSeconds: Seconds;
  readonly availability: Availability;
}

/** Times that were recorded of a device, one for each of its tasks, at least one; after the last they begin again. */
export type TaskTimes =
  | {
      /** "whole": a task computes for this long, whatever it costs. "delay": it begins to compute after this long. */
      readonly kind: "whole" | "delay";
      /** ≥ 0 */
      readonly seconds: Float64Array;
    }
  | {
      /** A task computes so many times as long as it would. */
      readonly kind: "slowdown";
      /** > 0 */
      readonly factors: Float64Array;
    };

/** What a task asks of the device that computes it. */
export interface ComputeCost {
  readonly flops: number;
  /** How many tasks the device was given before. */
  readonly turn: number;
}

/** The record of the task before which a device had `turn` others. */
function recordedAt(records: Float64Array, turn: number): number {
  return records[turn % records.length] ?? 0;
}

/** The time that a task computes on `device`: a function of its cost and the task's key. */
export function computeSecondsOf(device: Device, { flops, turn }: ComputeCost, key: Key): Seconds {
  const { taskTimes, flopsPerSecond, computeNoise } = device;
  if (taskTimes?.kind === "whole") return recordedAt(taskTimes.seconds, turn);
  const noise = computeNoise === 0 ? 1 : exp(computeNoise * normalOf(fold(key, "compute noise")));
  const seconds = (noise * flops) / flopsPerSecond;
  switch (taskTimes?.kind) {
    case undefined:
      return seconds;
    case "delay":
      return recordedAt(taskTimes.seconds, turn) + seconds;
    case "slowdown":
      return recordedAt(taskTimes.factors, turn) * seconds;
  }
}

/** The one-way delay of the transfer with this purpose under `key`. */
export function latencyOf({ latencySeconds, latencyJitter }: Device, key: Key, purpose: string): Seconds {
  if (latencyJitter === 0) return latencySeconds;
  return latencySeconds * exp(latencyJitter * normalOf(fold(key, purpose)));
}
