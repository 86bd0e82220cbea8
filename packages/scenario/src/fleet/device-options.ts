/**
 * Options that the fleets of like devices share.
 *
 * @module
 */
import { Fault, type NumberOption, type OptionSpecs, type Seconds } from "@potluck/core";
import { ALWAYS, type Availability } from "./availability.ts";
import type { Device } from "./device.ts";

/** Links and reliability of a fleet's devices. */
export interface LinkOptions {
  /** ≥ 1; 2e6 by default. */
  readonly uploadBytesPerSecond?: number;
  /** ≥ 1; 10e6 by default. */
  readonly downloadBytesPerSecond?: number;
  /** One-way delay of every transfer; 0.05 by default. */
  readonly latencySeconds?: Seconds;
  /** Standard deviation of the logarithm of the latency; 0 by default. */
  readonly latencyJitter?: number;
  /** Standard deviation of the logarithm of a task's computing time; 0.1 by default. */
  readonly computeNoise?: number;
  /** Probability that a task fails; 0 by default. */
  readonly failureRate?: number;
}

/** How often a fleet's devices drop out, and for how long. */
export interface DropoutOptions {
  /** Probability that a device drops out of a task without a word; 0 by default. */
  readonly dropoutRate?: number;
  /** How long after it dropped out a device joins again, ≥ 0.001; 60 by default. */
  readonly restartSeconds?: Seconds;
}

/** What devices are, beside their speed. */
export interface DeviceOptions extends LinkOptions, DropoutOptions {
  /** Memory for training, ≥ 1; null, the default, is enough for everything. */
  readonly memoryBytes?: number | null;
  /** Mean length of a stay online, ≥ 0.001; null, the default, is always online. Needs meanOfflineSeconds. */
  readonly meanOnlineSeconds?: Seconds | null;
  /** Mean length of an absence, ≥ 0.001; null by default. Needs meanOnlineSeconds. */
  readonly meanOfflineSeconds?: Seconds | null;
}

/** The longest latency, a day, and the longest mean stay or absence, a year. */
const DAY_SECONDS = 86_400;
const YEAR_SECONDS = 31_536_000;

/** The description of a speed, or of a median speed. */
export function speedOption(about: string, speed: number): NumberOption {
  return { kind: "number", minimum: 1, default: speed, unit: "per second", about };
}

/** The description of how fast bytes go. */
export function bandwidthOption(about: string, speed: number): NumberOption {
  return { kind: "number", minimum: 1, default: speed, unit: "bytes per second", about };
}

/** The description of a standard deviation of a logarithm. */
export function spreadOption(about: string, spread: number): NumberOption {
  return { kind: "number", minimum: 0, maximum: 3, default: spread, about };
}

/** The description of a mean stay or absence. */
export function sojournOption(about: string, mean: Seconds | null): NumberOption {
  return { kind: "number", minimum: 0.001, maximum: YEAR_SECONDS, default: mean, unit: "seconds", about };
}

/** The description of a one-way delay. */
export function latencyOption(about: string, latency: Seconds): NumberOption {
  return { kind: "number", minimum: 0, maximum: DAY_SECONDS, default: latency, unit: "seconds", about };
}

/** The description of a failure rate. */
export function failureOption(rate: number): NumberOption {
  return { kind: "number", minimum: 0, below: 1, default: rate, about: "probability that a task fails" };
}

/** The descriptions of {@link DropoutOptions}. */
export const dropoutOptions: OptionSpecs<DropoutOptions> = {
  dropoutRate: {
    kind: "number",
    minimum: 0,
    below: 1,
    default: 0,
    about: "probability that a device drops out of a task without a word",
  },
  restartSeconds: sojournOption("how long after it dropped out a device joins again", 60),
};

/** The descriptions of {@link LinkOptions}. */
export const linkOptions: OptionSpecs<LinkOptions> = {
  uploadBytesPerSecond: bandwidthOption("upload speed", 2e6),
  downloadBytesPerSecond: bandwidthOption("download speed", 10e6),
  latencySeconds: latencyOption("one-way delay of a transfer", 0.05),
  latencyJitter: spreadOption("spread (σ of the logarithm) of latencies", 0),
  computeNoise: spreadOption("spread (σ of the logarithm) of computing times", 0.1),
  failureRate: failureOption(0),
};

/** The descriptions of {@link DeviceOptions}. */
export const deviceOptions: OptionSpecs<DeviceOptions> = {
  ...linkOptions,
  ...dropoutOptions,
  memoryBytes: { kind: "number", minimum: 1, default: null, unit: "bytes", about: "memory for training" },
  meanOnlineSeconds: sojournOption("mean length of a stay online", null),
  meanOfflineSeconds: sojournOption("mean length of an absence", null),
};

/**
 * A device of fleet `fleet` from its options, its tier and its speed. Throws Fault "option-invalid" if of the two mean
 * lengths only one is given.
 */
export function deviceFrom(
  fleet: string,
  { meanOnlineSeconds, meanOfflineSeconds, ...rest }: Required<DeviceOptions>,
  { tier, flopsPerSecond }: Pick<Device, "tier" | "flopsPerSecond">,
): Device {
  const { memoryBytes, uploadBytesPerSecond, downloadBytesPerSecond } = rest;
  const { latencySeconds, latencyJitter, computeNoise, failureRate, dropoutRate, restartSeconds } = rest;
  return {
    tier,
    flopsPerSecond,
    memoryBytes,
    uploadBytesPerSecond,
    downloadBytesPerSecond,
    latencySeconds,
    latencyJitter,
    computeNoise,
    taskTimes: null,
    failureRate,
    dropoutRate,
    restartSeconds,
    availability: availabilityFrom(fleet, meanOnlineSeconds, meanOfflineSeconds),
  };
}

function availabilityFrom(fleet: string, online: Seconds | null, offline: Seconds | null): Availability {
  if (online === null && offline === null) return ALWAYS;
  if (online !== null && offline !== null) {
    return { kind: "on-off", meanOnlineSeconds: online, meanOfflineSeconds: offline };
  }
  const [given, missing] = online === null ? ["Offline", "Online"] : ["Online", "Offline"];
  throw new Fault(
    "option-invalid",
    `fleet "${fleet}" has mean${given}Seconds, but no mean${missing}Seconds`,
    "Give both for devices that come and go, neither for devices that are always online.",
  );
}
