/**
 * Limits on how often somebody may do something, by the generic cell rate algorithm: a token bucket that is kept as one number.
 *
 * A bucket holds b tokens, fills with r a second, and gives one for each thing done. Of each bucket only the instant T is kept at which
 * it will be full again:
 *
 *     allowed at t  ⇔  max(T, t) − t ≤ (b − 1) / r,     then T ← max(T, t) + 1 / r
 *
 * A bucket that is full again need not be kept. r: `perSecond`, b: `burst`.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";

/** How often somebody may do something. */
export interface Rate {
  /** > 0. */
  readonly perSecond: number;
  /** How often at once, ≥ 1. */
  readonly burst: number;
}

/** A limit that holds for each of many. */
export interface RateLimit {
  /** Takes one token: null, or after how many seconds there will be one again. */
  readonly take: (who: string) => Seconds | null;
  /** The same without taking it. */
  readonly wait: (who: string) => Seconds | null;
  /** How many are remembered. */
  readonly size: () => number;
}

/** So many are remembered; whoever has done nothing for longest is forgotten first. */
const MAX_REMEMBERED = 10_000;

/** A limit. `steady` tells seconds that never jump. */
export function rateLimit({ perSecond, burst }: Rate, steady: () => Seconds, most: number = MAX_REMEMBERED): RateLimit {
  /** When each bucket is full again; who has taken last comes last. */
  const full = new Map<string, Seconds>();
  const patience = (burst - 1) / perSecond;
  // Sums of instants are not exact: a billionth of a second decides nothing.
  const slack = 1e-9;
  const wait = (who: string): Seconds | null => {
    const seconds = (full.get(who) ?? -Infinity) - steady() - patience;
    return seconds > slack ? seconds : null;
  };
  return {
    take: (who) => {
      const seconds = wait(who);
      if (seconds !== null) return seconds;
      const now = steady();
      const at = Math.max(full.get(who) ?? -Infinity, now);
      full.delete(who);
      full.set(who, at + 1 / perSecond);
      forget(full, now, most);
      return null;
    },
    wait,
    size: () => full.size,
  };
}

/** Forgets the first ones while their buckets are full, or too many are remembered. */
function forget(full: Map<string, Seconds>, now: Seconds, most: number): void {
  for (const [who, at] of full) {
    if (at > now && full.size <= most) return;
    full.delete(who);
  }
}
