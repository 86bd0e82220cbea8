/**
 * The limits that the owner of a device sets: when it may train, and how much. What the platform does not tell (browsers do not all know
 * of batteries) stops nobody.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";

/** Limits of an owner; none by default. */
export interface OwnerLimits {
  /** Only while nobody uses the page. */
  readonly onlyWhenIdle?: boolean;
  /** Only while the page is seen. */
  readonly onlyWhenVisible?: boolean;
  /** Only while the battery is charged, or there is none. */
  readonly onlyOnPower?: boolean;
  /** Not over a connection that is paid by the byte, nor where the owner has asked to save data. */
  readonly onlyUnmetered?: boolean;
  /** At most so many seconds of training. */
  readonly secondsOfTraining?: Seconds;
  /** At most so many bytes of models and answers, up and down together. */
  readonly bytes?: number;
}

/** What the platform says of the device; null for what it does not tell. */
export interface Signals {
  readonly isIdle: boolean | null;
  readonly isVisible: boolean | null;
  readonly isOnPower: boolean | null;
  readonly isUnmetered: boolean | null;
}

/** What the platform says now. */
export type SignalSource = () => Signals;

/** What was used up so far. */
export interface Spent {
  readonly trainingSeconds: Seconds;
  readonly bytes: number;
  /** What was not moved, as too little was left; null where there was no such thing. */
  readonly shortage: Shortage | null;
}

/** Bytes were to be moved, and fewer than these are left of what the owner allows. */
export interface Shortage {
  readonly bytes: number;
  readonly left: number;
}

/** Why a device may not train. The last three do not pass. */
export type Obstacle = "in-use" | "hidden" | "on-battery" | "metered" | "time-spent" | "bytes-spent" | "bytes-short";

/** Why a device may not train now; null where it may. */
export function obstacleTo(limits: OwnerLimits, signals: Signals, spent: Spent): Obstacle | null {
  const { onlyWhenIdle, onlyWhenVisible, onlyOnPower, onlyUnmetered } = limits;
  if (spent.trainingSeconds >= (limits.secondsOfTraining ?? Infinity)) return "time-spent";
  if (spent.bytes >= (limits.bytes ?? Infinity)) return "bytes-spent";
  if (spent.shortage !== null) return "bytes-short";
  if (onlyWhenIdle === true && signals.isIdle === false) return "in-use";
  if (onlyWhenVisible === true && signals.isVisible === false) return "hidden";
  if (onlyOnPower === true && signals.isOnPower === false) return "on-battery";
  if (onlyUnmetered === true && signals.isUnmetered === false) return "metered";
  return null;
}

/** Whether what is in the way will still be there later. */
export function isForGood(obstacle: Obstacle): boolean {
  return obstacle === "time-spent" || obstacle === "bytes-spent" || obstacle === "bytes-short";
}

/** A platform that tells nothing. */
export const noSignals: SignalSource = () => ({ isIdle: null, isVisible: null, isOnPower: null, isUnmetered: null });
