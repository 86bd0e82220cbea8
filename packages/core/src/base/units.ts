/**
 * Units. Time is in seconds everywhere; these say so at the place of use.
 *
 * @module
 */

/** A duration or an instant, in seconds. Instants count from the start of the run. */
export type Seconds = number;

/** `count` seconds. */
export function seconds(count: number): Seconds {
  return count;
}

/** `count` minutes, in seconds. */
export function minutes(count: number): Seconds {
  return 60 * count;
}

/** `count` hours, in seconds. */
export function hours(count: number): Seconds {
  return 3600 * count;
}
