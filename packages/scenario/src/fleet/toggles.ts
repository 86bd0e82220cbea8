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

/**
 * The toggles of what is on while all of `records` are, each of them a list of instants ≥ 0, ascending: on, off, on, … If all
 * repeat with one period so does the result, for then each is off at its end.
 */
export function togglesOfAll(records: readonly Float64Array[]): Float64Array {
  const instants = Float64Array.from(new Set(records.flatMap((record) => [...record]))).sort();
  const places = records.map(() => 0);
  let isOn = false;
  return instants.filter((instant) => {
    for (const [at, record] of records.entries()) {
      places[at] = (places[at] ?? 0) + Number(record[places[at] ?? 0] === instant);
    }
    const areOn = places.every((place) => place % 2 === 1);
    const isToggle = areOn !== isOn;
    isOn = areOn;
    return isToggle;
  });
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
