/**
 * Devices: how fast a client computes and how it is connected, and how long a task takes it.
 *
 * @module
 */
import type { Availability } from "./availability.ts";
import { exp, fold, type Key, normalStream, type Seconds, uniformStream } from "@potluck/core";

/** A device. */
export interface Device {
  /** Its kind, for reports: "1x", "phone". */
  readonly tier: string;
  /** What its memory holds at most, or null for enough. */
  readonly memoryBytes: number | null;
  /** Training speed in floating-point operations per second, > 0. */
  readonly flopsPerSecond: number;
  readonly uploadBytesPerSecond: number;
  readonly downloadBytesPerSecond: number;
  /** One-way delay of every transfer. */
  readonly latencySeconds: Seconds;
  /** Standard deviation of the logarithm of a task's computing time, ≥ 0; 0 is always the same. */
  readonly computeNoise: number;
  /** Probability in [0, 1) that a task fails, at a uniform instant of its computing time. */
  readonly failureRate: number;
  readonly latencyJitter: number;
  readonly availability: Availability;
}

/** What a task costs up to its answer, whoever does it. */
export interface TaskCost {
  readonly flops: number;
  readonly bytesDown: number;
}

/** How a task will go on a device until its answer is ready to be sent. */
export interface TaskCourse {
  readonly downloadSeconds: Seconds;
  readonly computeSeconds: Seconds;
  /** Seconds from the assignment to the failure, or null when it succeeds. */
  readonly failsAfter: Seconds | null;
}

/** The course of a task on `device`: a function of the task's key, not of anything else that happens. */
export function courseOf(device: Device, { flops, bytesDown }: TaskCost, key: Key): TaskCourse {
  const noise = exp(device.computeNoise * normalStream(fold(key, "compute noise"))());
  const downloadSeconds = device.latencySeconds + bytesDown / device.downloadBytesPerSecond;
  const computeSeconds = (noise * flops) / device.flopsPerSecond;
  const chance = uniformStream(fold(key, "failure"));
  const fails = chance() < device.failureRate;
  return { downloadSeconds, computeSeconds, failsAfter: fails ? downloadSeconds + chance() * computeSeconds : null };
}

/** The time that sending `bytes` bytes takes. */
export function uploadSecondsOf(device: Device, bytes: number): Seconds {
  return device.latencySeconds + bytes / device.uploadBytesPerSecond;
}
