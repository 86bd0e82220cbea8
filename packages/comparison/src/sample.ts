/**
 * Samples of what is too much to show.
 *
 * @module
 */

/** At most `limit` ≥ 1 of `items`, spread evenly, in their order; all of them when they are no more. */
export function spreadSample<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  return items.filter(
    (_, at) => Math.floor((at * limit) / items.length) !== Math.floor(((at - 1) * limit) / items.length),
  );
}

/** The same with the last of them, however it falls: what leads somewhere is drawn to its end. */
export function spreadToEnd<T>(items: readonly T[], limit: number): readonly T[] {
  const sample = spreadSample(items, limit);
  const last = items.at(-1);
  return last === undefined || sample.at(-1) === last ? sample : [...sample, last];
}
