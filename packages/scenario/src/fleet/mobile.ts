/**
 * A fleet of phones: log-normal speed and bandwidth over two orders of magnitude, on the clocks of their owners.
 *
 *     speed = medianFlopsPerSecond · e^(computeSpread · x),     bandwidth = median · e^(bandwidthSpread · y)
 *
 * x and y are standard normal and independent; up- and download of a phone share y. With a spread of 1 the middle 98% of
 * phones, x within ±2.33, lie within a factor of e^4.65 = 105.
 *
 * A phone takes part while it is idle; with `charging` only while it is on its charger as well, with `unmetered` only on
 * Wi-Fi. Each has a share of the phones for every local hour, highest at 3 in the morning; a phone that needs several has
 * their product, as if they were independent. The shares are chosen such that with both, four times as many phones take
 * part at the peak as twelve hours later, as was seen in production:
 *
 * Bonawitz, Eichner, Grieskamp et al., "Towards Federated Learning at Scale: System Design", MLSys 2019.
 * https://arxiv.org/abs/1902.01046
 *
 * @module
 */
import {
  definePart,
  exp,
  Fault,
  fold,
  integerStream,
  type Key,
  normalQuantile,
  normalOf,
  type PartFactory,
  present,
  type Seconds,
} from "@potluck/core";
import type { Diurnal } from "./availability.ts";
import { dailyShares, type Wave } from "./day.ts";
import type { Device } from "./device.ts";
import {
  bandwidthOption,
  type DropoutOptions,
  dropoutOptions,
  failureOption,
  latencyOption,
  linkOptions,
  sojournOption,
  speedOption,
  spreadOption,
} from "./device-options.ts";
import type { Fleet } from "./fleet.ts";
import { drawnDevices } from "./drawn-devices.ts";

/** Options of {@link mobile}. */
export interface MobileOptions extends DropoutOptions {
  /** Median training speed in floating-point operations per second, ≥ 1; 5e9 by default. */
  readonly medianFlopsPerSecond?: number;
  /** Standard deviation of the logarithm of the speed; 1 by default. */
  readonly computeSpread?: number;
  /** Median, ≥ 1; 0.85e6 by default. */
  readonly medianUploadBytesPerSecond?: number;
  /** Median, ≥ 1; 2.7e6 by default. */
  readonly medianDownloadBytesPerSecond?: number;
  /** Standard deviation of the logarithm of the bandwidth; 1 by default. */
  readonly bandwidthSpread?: number;
  /** Median one-way delay of a transfer; 0.02 by default. */
  readonly latencySeconds?: Seconds;
  /** Standard deviation of the logarithm of the latency; 0.5 by default. */
  readonly latencyJitter?: number;
  /** Standard deviation of the logarithm of a task's computing time; 0.2 by default. */
  readonly computeNoise?: number;
  /** Probability that a task fails; 0.02 by default. */
  readonly failureRate?: number;
  /** Local time minus that of the run in hours; a phone has any of them, one given twice twice as likely. US by default. */
  readonly utcOffsetHours?: readonly number[];
  /** Whether a phone takes part only on its charger; "required" by default. */
  readonly charging?: "required" | "ignored";
  /** Whether a phone takes part only on an unmetered link; "required" by default. */
  readonly unmetered?: "required" | "ignored";
  /** After about this long a phone forgets whether it was available, ≥ 0.001; 3600 by default. */
  readonly mixingSeconds?: Seconds;
}

/** When phones are idle, on their chargers, and on Wi-Fi: shares by local hour. */
const IDLE: Wave = { peakHour: 3, peak: 0.9, trough: 0.75 };
const CHARGING: Wave = { peakHour: 3, peak: 0.7, trough: 0.3 };
const UNMETERED: Wave = { peakHour: 3, peak: 0.85, trough: 0.6 };

/** Memory for training of the slowest third of phones, the middle one and the fastest, with their names. */
const CLASSES = [
  { tier: "low-end", memoryBytes: 2 ** 30 },
  { tier: "mid-range", memoryBytes: 2 ** 31 },
  { tier: "high-end", memoryBytes: 2 ** 32 },
] as const;

/** The fleet `mobile`. Throws Fault "option-invalid". */
export const mobile: PartFactory<MobileOptions, Fleet> = definePart<MobileOptions, Fleet>({
  room: "fleet",
  name: "mobile",
  about: "Phones: speeds and bandwidths over two orders of magnitude, available by the hour of their owners' day.",
  fights: [],
  paper: {
    authors: "Bonawitz, Eichner, Grieskamp et al.",
    title: "Towards Federated Learning at Scale: System Design",
    venue: "MLSys 2019",
    link: "https://arxiv.org/abs/1902.01046",
  },
  options: {
    medianFlopsPerSecond: speedOption("median speed", 5e9),
    computeSpread: spreadOption("spread (σ of the logarithm) of speeds", 1),
    medianUploadBytesPerSecond: bandwidthOption("median upload speed", 0.85e6),
    medianDownloadBytesPerSecond: bandwidthOption("median download speed", 2.7e6),
    bandwidthSpread: spreadOption("spread (σ of the logarithm) of upload and download speeds", 1),
    latencySeconds: latencyOption("median one-way delay of a transfer", 0.02),
    latencyJitter: spreadOption(linkOptions.latencyJitter.about, 0.5),
    computeNoise: spreadOption(linkOptions.computeNoise.about, 0.2),
    failureRate: failureOption(0.02),
    ...dropoutOptions,
    utcOffsetHours: {
      kind: "numbers",
      minimum: -12,
      maximum: 14,
      default: [-8, -7, -6, -5],
      unit: "hours",
      about: "time zones: local time minus that of the run; one given twice is twice as likely",
    },
    charging: {
      kind: "choice",
      of: ["required", "ignored"],
      default: "required",
      about: "whether a phone takes part only on its charger",
    },
    unmetered: {
      kind: "choice",
      of: ["required", "ignored"],
      default: "required",
      about: "whether a phone takes part only on an unmetered link",
    },
    mixingSeconds: sojournOption("after about how long a phone forgets whether it was available", 3600),
  },
  make: (options) => {
    const days = daysOf(options);
    return {
      devices: async (count, key) => drawnDevices(count, fold(key, "mobile"), (own) => phone(options, days, own)),
    };
  },
});

/** The availability of phones in each of the time zones. Throws Fault "option-invalid" if there is none. */
function daysOf({ utcOffsetHours, charging, unmetered, mixingSeconds }: Required<MobileOptions>): readonly Diurnal[] {
  if (utcOffsetHours.length === 0) {
    const remedy = "Give the time zones of the phones, such as [0].";
    throw new Fault("option-invalid", 'fleet "mobile" has no time zone: utcOffsetHours is empty', remedy);
  }
  const charger = charging === "required" ? [CHARGING] : [];
  const link = unmetered === "required" ? [UNMETERED] : [];
  const hourlyShares = dailyShares([IDLE, ...charger, ...link]);
  return utcOffsetHours.map((hours) => {
    const utcOffsetSeconds = 60 * Math.round(60 * hours);
    return { kind: "diurnal", hourlyShares, utcOffsetSeconds, mixingSeconds };
  });
}

function phone(options: Required<MobileOptions>, days: readonly Diurnal[], key: Key): Device {
  const { latencySeconds, latencyJitter, computeNoise, failureRate, dropoutRate, restartSeconds } = options;
  const speed = normalOf(fold(key, "speed"));
  const link = exp(options.bandwidthSpread * normalOf(fold(key, "link")));
  const zone = integerStream(fold(key, "time zone"))(days.length);
  return {
    ...classOf(speed),
    flopsPerSecond: options.medianFlopsPerSecond * exp(options.computeSpread * speed),
    uploadBytesPerSecond: options.medianUploadBytesPerSecond * link,
    downloadBytesPerSecond: options.medianDownloadBytesPerSecond * link,
    latencySeconds,
    latencyJitter,
    computeNoise,
    taskTimes: null,
    failureRate,
    dropoutRate,
    restartSeconds,
    availability: present(days[zone], "a time zone"),
  };
}

/** The third of all phones that one with this standard normal speed is in. */
function classOf(speed: number): (typeof CLASSES)[number] {
  const upper = normalQuantile(2 / 3);
  return CLASSES[speed < -upper ? 0 : speed < upper ? 1 : 2];
}
