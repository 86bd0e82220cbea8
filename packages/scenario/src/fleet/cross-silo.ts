/**
 * A fleet of organisations: few, fast, always there, each with a symmetric link of its own.
 *
 * Kairouz, McMahan et al., "Advances and Open Problems in Federated Learning", Foundations and Trends in Machine Learning
 * 14(1-2), 2021, table 1. https://arxiv.org/abs/1912.04977
 *
 * @module
 */
import { definePart, exp, fold, type Key, normalOf, type PartFactory, type Seconds } from "@potluck/core";
import { ALWAYS } from "./availability.ts";
import type { Device } from "./device.ts";
import {
  bandwidthOption,
  type DropoutOptions,
  dropoutOptions,
  failureOption,
  latencyOption,
  linkOptions,
  speedOption,
  spreadOption,
} from "./device-options.ts";
import { drawnDevices } from "./drawn-devices.ts";
import type { Fleet } from "./fleet.ts";

/** Options of {@link crossSilo}. */
export interface CrossSiloOptions extends DropoutOptions {
  /** Median training speed in floating-point operations per second, ≥ 1; 10e12 by default. */
  readonly medianFlopsPerSecond?: number;
  /** Standard deviation of the logarithm of the speed; 0.3 by default. */
  readonly computeSpread?: number;
  /** Speed of each silo's link, the same up and down, ≥ 1; 125e6 by default. */
  readonly bytesPerSecond?: number;
  /** Median one-way delay of a transfer; 0.02 by default. */
  readonly latencySeconds?: Seconds;
  /** Standard deviation of the logarithm of the latency; 0.1 by default. */
  readonly latencyJitter?: number;
  /** Standard deviation of the logarithm of a task's computing time; 0.05 by default. */
  readonly computeNoise?: number;
  /** Probability that a task fails; 0 by default. */
  readonly failureRate?: number;
}

/** The fleet `cross-silo`. Throws Fault "option-invalid". */
export const crossSilo: PartFactory<CrossSiloOptions, Fleet> = definePart<CrossSiloOptions, Fleet>({
  room: "fleet",
  name: "cross-silo",
  about: "Organisations: few, fast, always there, on symmetric links.",
  fights: [],
  paper: {
    authors: "Kairouz, McMahan et al.",
    title: "Advances and Open Problems in Federated Learning",
    venue: "Foundations and Trends in Machine Learning 2021",
    link: "https://arxiv.org/abs/1912.04977",
  },
  options: {
    medianFlopsPerSecond: speedOption("median speed", 10e12),
    computeSpread: spreadOption("spread (σ of the logarithm) of speeds", 0.3),
    bytesPerSecond: bandwidthOption("speed of each silo's link, the same up and down", 125e6),
    latencySeconds: latencyOption("median one-way delay of a transfer", 0.02),
    latencyJitter: spreadOption(linkOptions.latencyJitter.about, 0.1),
    computeNoise: spreadOption(linkOptions.computeNoise.about, 0.05),
    failureRate: failureOption(0),
    ...dropoutOptions,
  },
  make: (options) => ({
    devices: async (count, key) => drawnDevices(count, fold(key, "cross-silo"), (own) => silo(options, own)),
  }),
});

function silo(options: Required<CrossSiloOptions>, key: Key): Device {
  const { medianFlopsPerSecond, computeSpread, bytesPerSecond, ...rest } = options;
  return {
    tier: "silo",
    flopsPerSecond: medianFlopsPerSecond * exp(computeSpread * normalOf(fold(key, "speed"))),
    memoryBytes: null,
    uploadBytesPerSecond: bytesPerSecond,
    downloadBytesPerSecond: bytesPerSecond,
    ...rest,
    taskTimes: null,
    availability: ALWAYS,
  };
}
