/**
 * Devices: how fast a client computes and how it is connected, and how long a task takes it.
 *
 * A device is plain data. Devices that are alike are one object, so that a million of them fit into memory.
 *
 * @module
 */
import { exp, fold, integerStream, type Key, normalStream, type Seconds, uniformStream } from "@potluck/core";
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
  /** Probability in [0, 1) that a task fails, at a uniform instant of its computing time. */
  readonly failureRate: number;
  readonly availability: Availability;
}

/** Times that were recorded of a device, one for each of its tasks; after the last they begin again. */
export interface TaskTimes {
  /** "whole": a task computes for this long, whatever it costs. "delay": it begins to compute after this long. */
  readonly kind: "whole" | "delay";
  /** ≥ 0, at least one. */
  readonly seconds: Float64Array;
}

/** What a task asks of the device that computes it. */
export interface ComputeCost {
  readonly flops: number;
  /** How many tasks the device was given before. */
  readonly turn: number;
}

/** The time that a task computes on `device`: a function of its cost and the task's key. */
export function computeSecondsOf(device: Device, { flops, turn }: ComputeCost, key: Key): Seconds {
  const { taskTimes, flopsPerSecond, computeNoise } = device;
  const recorded = taskTimes?.seconds[turn % taskTimes.seconds.length] ?? 0;
  if (taskTimes?.kind === "whole") return recorded;
  const noise = exp(computeNoise * normalStream(fold(key, "compute noise"))());
  return recorded + (noise * flops) / flopsPerSecond;
}

/** The one-way delay of a transfer with this key. */
export function latencyOf({ latencySeconds, latencyJitter }: Device, key: Key): Seconds {
  return latencySeconds * exp(latencyJitter * normalStream(fold(key, "latency"))());
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
  const downloadSeconds = latencyOf(device, fold(key, "download")) + bytesDown / device.downloadBytesPerSecond;
  const turn = integerStream(fold(key, "turn"))(2 ** 32);
  const computeSeconds = computeSecondsOf(device, { flops, turn }, key);
  const chance = uniformStream(fold(key, "failure"));
  const fails = chance() < device.failureRate;
  return { downloadSeconds, computeSeconds, failsAfter: fails ? downloadSeconds + chance() * computeSeconds : null };
}

/** The time that sending `bytes` bytes takes, with the median latency. */
export function uploadSecondsOf(device: Device, bytes: number): Seconds {
  return device.latencySeconds + bytes / device.uploadBytesPerSecond;
}
