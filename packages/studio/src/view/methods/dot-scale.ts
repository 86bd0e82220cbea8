/**
 * Where means stand in a plot of them.
 *
 * @module
 */
import type { Mark } from "../../api/reproduction.ts";

/** The size of a line of the plot. */
export const SIZE = { width: 240, height: 20, edge: 8 } as const;

/** Where a value stands; null where there is none. */
export function scaleOf(marks: readonly Mark[]): ((value: number) => number) | null {
  const ends = marks.flatMap(({ mean, deviation }) =>
    mean === null || deviation === null ? [] : [mean - deviation, mean + deviation],
  );
  if (ends.length === 0) return null;
  const lowest = Math.min(...ends);
  const range = Math.max(...ends) - lowest;
  const room = SIZE.width - 2 * SIZE.edge;
  return (value) => SIZE.edge + (range === 0 ? room / 2 : (room * (value - lowest)) / range);
}
