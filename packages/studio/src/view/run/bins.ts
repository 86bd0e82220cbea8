/**
 * Counts of whole numbers, put together where there are too many to be shown.
 *
 * @module
 */

/** How many have a value from `from` to `to`, both included. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const MOST_BINS = 16;

/** Bins of equal widths, without gaps, from 0 to the largest value. */
export function binsOf(counts: Iterable<readonly [value: number, count: number]>): readonly Bin[] {
  const all = [...counts];
  const most = all.reduce((largest, [value]) => Math.max(largest, value), 0);
  const width = Math.ceil((most + 1) / MOST_BINS);
  const bins = Array.from({ length: Math.floor(most / width) + 1 }, (_, at) => ({ from: at * width, count: 0 }));
  for (const [value, count] of all) {
    const bin = bins[Math.floor(value / width)];
    if (bin !== undefined) bin.count += count;
  }
  return bins.map(({ from, count }) => ({ from, to: from + width - 1, count }));
}

/** How often each value occurs. */
export function countsOf(values: Iterable<number>): readonly (readonly [value: number, count: number])[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}
