/**
 * A fleet of visitors of a web page: each trains in a tab while it is open, which is not for long.
 *
 * A visitor comes, stays for about meanStaySeconds and returns after about meanAbsenceSeconds, both exponential. A share
 * `phones` of the visitors uses a phone, the others a computer; speeds and bandwidths are log-normal around the medians of
 * their kind (see {@link KINDS}), and up- and download share one draw.
 *
 * Liu, White, Dumais, "Understanding web browsing behaviors through Weibull analysis of dwell time", SIGIR 2010.
 * https://doi.org/10.1145/1835449.1835513
 *
 * @module
 */
import { definePart, exp, fold, type Key, normalOf, type PartFactory, type Seconds, uniformOf } from "@potluck/core";
import type { OnOff } from "./availability.ts";
import type { Device } from "./device.ts";
import {
  type DropoutOptions,
  dropoutOptions,
  failureOption,
  linkOptions,
  sojournOption,
  spreadOption,
} from "./device-options.ts";
import { drawnDevices } from "./drawn-devices.ts";
import type { Fleet } from "./fleet.ts";

/** Options of {@link browserTabs}. */
export interface BrowserTabsOptions extends DropoutOptions {
  /** Mean time for which a tab stays open, ≥ 0.001; 60 by default. */
  readonly meanStaySeconds?: Seconds;
  /** Mean time until its visitor returns, ≥ 0.001; 3600 by default. */
  readonly meanAbsenceSeconds?: Seconds;
  /** Share of the visitors in [0, 1] that use a phone; 0.56 by default. */
  readonly phones?: number;
  /** Standard deviation of the logarithm of the speed; 0.7 by default. */
  readonly computeSpread?: number;
  /** Standard deviation of the logarithm of the bandwidth; 1 by default. */
  readonly bandwidthSpread?: number;
  /** Standard deviation of the logarithm of the latency; 0.5 by default. */
  readonly latencyJitter?: number;
  /** Standard deviation of the logarithm of a task's computing time; 0.3 by default. */
  readonly computeNoise?: number;
  /** Probability that a task fails for another reason than that the tab is closed; 0.01 by default. */
  readonly failureRate?: number;
}

type Kind = Pick<
  Device,
  "tier" | "flopsPerSecond" | "memoryBytes" | "uploadBytesPerSecond" | "downloadBytesPerSecond" | "latencySeconds"
>;

/** Medians of the two kinds of visitors. */
const KINDS: { readonly desktop: Kind; readonly phone: Kind } = {
  desktop: {
    tier: "desktop",
    flopsPerSecond: 10e9,
    memoryBytes: 2 ** 31,
    uploadBytesPerSecond: 3.5e6,
    downloadBytesPerSecond: 6.5e6,
    latencySeconds: 0.0105,
  },
  phone: {
    tier: "phone",
    flopsPerSecond: 3e9,
    memoryBytes: 2 ** 29,
    uploadBytesPerSecond: 0.85e6,
    downloadBytesPerSecond: 2.7e6,
    latencySeconds: 0.02,
  },
};

/** The fleet `browser-tabs`. Throws Fault "option-invalid". */
export const browserTabs: PartFactory<BrowserTabsOptions, Fleet> = definePart<BrowserTabsOptions, Fleet>({
  room: "fleet",
  name: "browser-tabs",
  about: "Visitors of a web page, who train in a tab for as long as it is open.",
  fights: [],
  paper: {
    authors: "Liu, White, Dumais",
    title: "Understanding web browsing behaviors through Weibull analysis of dwell time",
    venue: "SIGIR 2010",
    link: "https://doi.org/10.1145/1835449.1835513",
  },
  options: {
    meanStaySeconds: sojournOption("mean time for which a tab stays open", 60),
    meanAbsenceSeconds: sojournOption("mean time until its visitor returns", 3600),
    phones: { kind: "number", minimum: 0, maximum: 1, default: 0.56, about: "share of the visitors that use a phone" },
    computeSpread: spreadOption("spread (σ of the logarithm) of speeds", 0.7),
    bandwidthSpread: spreadOption("spread (σ of the logarithm) of upload and download speeds", 1),
    latencyJitter: spreadOption(linkOptions.latencyJitter.about, 0.5),
    computeNoise: spreadOption(linkOptions.computeNoise.about, 0.3),
    failureRate: failureOption(0.01),
    ...dropoutOptions,
  },
  make: (options) => {
    const { meanStaySeconds, meanAbsenceSeconds } = options;
    const visits: OnOff = {
      kind: "on-off",
      meanOnlineSeconds: meanStaySeconds,
      meanOfflineSeconds: meanAbsenceSeconds,
    };
    return {
      devices: async (count, key) =>
        drawnDevices(count, fold(key, "browser-tabs"), (own) => visitor(options, visits, own)),
    };
  },
});

function visitor(options: Required<BrowserTabsOptions>, availability: OnOff, key: Key): Device {
  const { latencyJitter, computeNoise, failureRate, dropoutRate, restartSeconds } = options;
  const kind = uniformOf(fold(key, "kind")) < options.phones ? KINDS.phone : KINDS.desktop;
  const speed = exp(options.computeSpread * normalOf(fold(key, "speed")));
  const link = exp(options.bandwidthSpread * normalOf(fold(key, "link")));
  return {
    ...kind,
    flopsPerSecond: kind.flopsPerSecond * speed,
    uploadBytesPerSecond: kind.uploadBytesPerSecond * link,
    downloadBytesPerSecond: kind.downloadBytesPerSecond * link,
    latencyJitter,
    computeNoise,
    taskTimes: null,
    failureRate,
    dropoutRate,
    restartSeconds,
    availability,
  };
}
