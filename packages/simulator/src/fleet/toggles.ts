/**
 * Recorded availability: the instants at which a device went online and offline, once or again and again.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";

/** What was recorded; see {@link Recorded} in availability.ts. */
interface Record {
  readonly toggles: Float64Array;
  readonly periodSeconds: Seconds | null;
}

/** The instant of the change that follows `changes` earlier ones; null when there is none. */
export function nextToggle({ toggles, periodSeconds }: Record, changes: number): Seconds | null {
  const first = toggles[0] === 0 ? 1 : 0; // a device that is online at 0 does not change to be so
  if (periodSeconds === null) return toggles[first + changes] ?? null;
  // A stay that ends with the period and goes on with the next is one stay: neither end is a change.
  if (first === 1 && toggles.at(-1) === periodSeconds) {
    return cyclic(toggles.subarray(1, -1), periodSeconds, changes);
  }
  return cyclic(toggles, periodSeconds, first + changes);
}

/** The `count`-th instant, from 0, of `instants` repeated with the period; null if there are none. */
function cyclic(instants: Float64Array, periodSeconds: Seconds, count: number): Seconds | null {
  const instant = instants[count % instants.length];
  if (instant === undefined) return null;
  return instant + Math.floor(count / instants.length) * periodSeconds;
}
