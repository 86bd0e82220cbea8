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

const PALEST = 0.3;
const HALF_SECONDS = 60;

/** Full where a client was fed just now, half of the way to the palest after a minute. */
export function strengthOf({ lastSeen }: Client, now: number): number {
  const hungry = Math.max(0, now - (lastSeen ?? now));
  return PALEST + (1 - PALEST) * (HALF_SECONDS / (HALF_SECONDS + hungry));
}
