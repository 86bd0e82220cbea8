/**
 * Counts of whole numbers, put together where there are too many to be shown.
 *
 * @module
 */

import { count } from "../../words/format.ts";

/** How many have a value from `from` to `to`, both included. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const MOST_BINS = 16;

/** Bins of equal widths, without gaps, from 0 to the largest value. */
export function binsOf(counts: Iterable<readonly [value: number, times: number]>): readonly Bin[] {
  const all = [...counts];
  const most = all.reduce((largest, [value]) => Math.max(largest, value), 0);
  const width = Math.ceil((most + 1) / MOST_BINS);
  const bins = Array.from({ length: Math.floor(most / width) + 1 }, (_, at) => ({ from: at * width, count: 0 }));
  for (const [value, times] of all) {
    const bin = bins[Math.floor(value / width)];
    if (bin !== undefined) bin.count += times;
  }
  return bins.map((bin) => ({ ...bin, to: bin.from + width - 1 }));
}

/** The fewest units that a histogram is wide, and those that a character of its labels takes. */
const WIDTH = 300;
const CHARACTER = 7;

/** Of how many bars one is labelled, so that no label runs into the next. */
export function labelledEvery(bins: readonly Bin[]): number {
  const longest = bins.reduce((most, bin) => Math.max(most, binName(bin).length, count(bin.count).length), 1);
  return Math.ceil((bins.length * CHARACTER * (longest + 1)) / WIDTH);
}

/** The values of a bin: "3", "10–11". */
export function binName({ from, to }: Bin): string {
  return from === to ? String(from) : `${from}–${to}`;
}

/** How often each value occurs. */
export function countsOf(values: Iterable<number>): readonly (readonly [value: number, times: number])[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}
