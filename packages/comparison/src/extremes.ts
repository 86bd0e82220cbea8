/**
 * Extremes of as many numbers as there may be: `Math.max` and `Math.min` take each as an argument, and from about 100,000
 * on there is no room for them.
 *
 * @module
 */

/** The largest of `values` and `least`. */
export function largest(values: Iterable<number>, least: number = -Infinity): number {
  let found = least;
  for (const value of values) found = Math.max(found, value);
  return found;
}

/** The smallest of `values` and `most`. */
export function smallest(values: Iterable<number>, most: number = Infinity): number {
  let found = most;
  for (const value of values) found = Math.min(found, value);
  return found;
}
