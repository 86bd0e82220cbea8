/**
 * Availability: when a device can be reached. What happens next is a function of the availability, the device's key
 * and what the device does now, so that a run can be stored and resumed, and no device needs a stream of its own.
 *
 * @module
 */
import { fold, type Key, log, type Seconds } from "@potluck/core";
import { exitRate, shareOfDay } from "./day.ts";
import { nextToggle } from "./toggles.ts";

/** When a device can be reached. */
export type Availability = AlwaysOnline | OnOff | Diurnal | Recorded;

/** Always. */
export interface AlwaysOnline {
  readonly kind: "always";
}

/**
 * A two-state Markov process that starts in its stationary state: the share of time online is
 * meanOnlineSeconds / (meanOnlineSeconds + meanOfflineSeconds), and sojourns are exponential.
 */
export interface OnOff {
  readonly kind: "on-off";
  /** Mean length of a stay online, > 0. */
  readonly meanOnlineSeconds: Seconds;
  /** Mean length of an absence, > 0. */
  readonly meanOfflineSeconds: Seconds;
}

/**
 * A two-state Markov process whose share online follows the local hour of day: at the full hour h it is `hourlyShares[h]`
 * exactly, from any day on. In between it moves from one to the next monotonically.
 */
export interface Diurnal {
  readonly kind: "diurnal";
  /** The share online at each full hour of local time, 24 numbers in (0, 1). Devices alike share the array. */
  readonly hourlyShares: Float64Array;
  /** Local time minus virtual time. Virtual time begins at midnight of the zone with offset 0. */
  readonly utcOffsetSeconds: Seconds;
  /** After about this long a device forgets whether it was online, > 0: stays and absences are longer, the longer it is. */
  readonly mixingSeconds: Seconds;
}

/** As it was recorded. */
export interface Recorded {
  readonly kind: "trace";
  /** The instants ≥ 0 at which it goes online, offline, online, …, ascending; none: never. It is online at 0 if the first is 0. */
  readonly toggles: Float64Array;
  /** After this long everything repeats: then the number of toggles is even and none is later. Null: it does not. */
  readonly periodSeconds: Seconds | null;
}

/** What a device does now. */
export interface Presence {
  readonly online: boolean;
  /** The instant of its last change; 0 before the first. */
  readonly since: Seconds;
  /** How often it has changed. */
  readonly changes: number;
}

/** The availability of a device that can always be reached. */
export const ALWAYS: AlwaysOnline = { kind: "always" };

/** Hours after which a diurnal device that has not changed yet never will: ten years. */
const MAX_UNCHANGED_HOURS = 24 * 3653;

const HOUR_SECONDS = 3600;

/** Whether the device with this key is online at 0. */
export function startsOnline(availability: Availability, key: Key): boolean {
  return uniform(key, 0) < shareAtStart(availability);
}

/** The probability of being online at 0. */
function shareAtStart(availability: Availability): number {
  switch (availability.kind) {
    case "always":
      return 1;
    case "on-off":
      return availability.meanOnlineSeconds / (availability.meanOnlineSeconds + availability.meanOfflineSeconds);
    case "diurnal":
      return shareOfDay(availability, availability.utcOffsetSeconds / HOUR_SECONDS);
    case "trace":
      return availability.toggles[0] === 0 ? 1 : 0;
  }
}

/** The instant ≥ `since` at which the device with this key changes next; null when it never does. */
export function nextChange(availability: Availability, key: Key, presence: Presence): Seconds | null {
  switch (availability.kind) {
    case "always":
      return null;
    case "on-off": {
      const mean = presence.online ? availability.meanOnlineSeconds : availability.meanOfflineSeconds;
      return presence.since + mean * exponential(key, presence.changes);
    }
    case "diurnal":
      return nextOfDay(availability, presence, exponential(key, presence.changes));
    case "trace":
      return nextToggle(availability, presence.changes);
  }
}

/** A standard exponential number: how long until change `changes`, in mean sojourns. */
function exponential(key: Key, changes: number): number {
  return -log(uniform(key, changes + 1));
}

/**
 * A uniform number strictly inside (0, 1) for one purpose under `key`. A folded key is 64 random bits; this is the only
 * number made of it, so that it need not become a stream first: there are millions of changes in a run.
 */
function uniform(key: Key, purpose: number): number {
  const { high, low } = fold(key, purpose);
  return ((high >>> 6) * 2 ** 26 + (low >>> 6) + 0.5) * 2 ** -52;
}

/** Rates are constant within an hour of local time: goes from hour to hour until the hazard has added up to `budget`. */
function nextOfDay(availability: Diurnal, { online, since }: Presence, budget: number): Seconds | null {
  const { utcOffsetSeconds } = availability;
  const first = Math.floor((since + utcOffsetSeconds) / HOUR_SECONDS);
  let at = since;
  let left = budget;
  for (let hour = first; hour < first + MAX_UNCHANGED_HOURS; hour++) {
    const end = (hour + 1) * HOUR_SECONDS - utcOffsetSeconds;
    const rate = exitRate(availability, hour, online) / HOUR_SECONDS;
    const hazard = rate * (end - at);
    if (left <= hazard) return at + left / rate;
    left -= hazard;
    at = end;
  }
  return null;
}
