/**
 * Where the cells of the fleet stand, and how strong they are.
 *
 * @module
 */
import type { Client } from "../api/answers.ts";

/** Cells in rows. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** The side of a cell with its gap. */
  readonly pitch: number;
}

const LARGEST_PITCH = 28;
const SMALLEST_PITCH = 4;
/** The picture is no higher, unless cells would be too small to be seen. */
const HEIGHT = 320;

/** The grid for so many clients at some width. */
export function gridFor(width: number, clients: number): Grid {
  let pitch = LARGEST_PITCH;
  const columnsAt = (side: number): number => Math.max(1, Math.floor(width / side));
  while (pitch > SMALLEST_PITCH && Math.ceil(clients / columnsAt(pitch)) * pitch > HEIGHT) pitch -= 1;
  const columns = columnsAt(pitch);
  return { columns, rows: Math.max(1, Math.ceil(clients / columns)), pitch };
}

/** The number of the cell at a place; −1 beside the cells. */
export function placeIn({ columns, pitch }: Grid, x: number, y: number): number {
  const column = Math.floor(x / pitch);
  return column >= columns || x < 0 || y < 0 ? -1 : Math.floor(y / pitch) * columns + column;
}

const PALEST = 0.2;

/**
 * How long clients of a run go without being fed, in seconds > 0: half of those that were fed at all were fed as often
 * as that, or oftener, until `now`. Runs of seconds and of days alike are told apart by it.
 */
export function mealtimeOf(clients: readonly Client[], now: number): number {
  const times = Float64Array.from(
    clients.filter(({ timesAnswered }) => timesAnswered > 0),
    (one) => one.timesAnswered,
  );
  const median = times.sort()[Math.floor(times.length / 2)] ?? 1;
  return now > 0 ? now / median : 1;
}

/** Full where a client was fed just now, half as far from the palest after each mealtime, and palest where it never was. */
export function strengthOf({ lastSeen, timesAnswered }: Client, now: number, mealtime: number): number {
  if (timesAnswered === 0) return PALEST;
  return PALEST + (1 - PALEST) * 2 ** (-Math.max(0, now - (lastSeen ?? now)) / mealtime);
}
