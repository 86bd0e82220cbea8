/**
 * How far a run of a store has come, as the history in its folder says: read once, and then only what is new.
 *
 * @module
 */
import { ownState } from "@potluck/core";
import { type FleetReplay, fleetReplay, type HistoryRow } from "@potluck/scenario";
import { HISTORY_ROWS_LIMIT, historyPart } from "../output/history-file.ts";
import type { RunRecord } from "../store/run-record.ts";

/** A history that was gone through as far as it is written. */
export interface StoredHistory {
  /** How many rows it has. */
  readonly rows: number;
  /** Whether it was too long to be kept to its end. */
  readonly isCut: boolean;
  /** The last rows, at most 200. */
  readonly last: readonly HistoryRow[];
  readonly fleet: Pick<FleetReplay, "clients" | "counts">;
}

/** The history of a run; null where there is none. */
export type HistoryOf = (run: RunRecord) => Promise<StoredHistory | null>;

/** So many of the last rows, and of the histories that were asked for last, are at hand. */
const MOST_LAST_ROWS = 200;
const MOST_KEPT = 8;

interface Reading {
  readonly fleet: FleetReplay;
  last: readonly HistoryRow[];
  rows: number;
  /** From where in the file it goes on. */
  place: number;
  /** Reads one part after another, whoever asks. */
  done: Promise<void>;
}

/** Histories, of which those that were asked for last are kept. */
export function storedHistories(): HistoryOf {
  const readings = new Map<string, Reading>();
  const readingOf = (id: string): Reading => {
    const known = readings.get(id);
    readings.delete(id);
    const reading = known ?? { fleet: fleetReplay(), last: [], rows: 0, place: 0, done: Promise.resolve() };
    readings.set(id, reading);
    const [oldest = id] = readings.keys();
    if (readings.size > MOST_KEPT) readings.delete(oldest);
    return reading;
  };
  return async ({ id, folder }) => {
    const reading = readingOf(id);
    reading.done = reading.done.catch(() => {}).then(async () => readOn(reading, folder));
    await reading.done;
    const { rows, last, fleet } = reading;
    return rows === 0 ? null : { rows, isCut: rows >= HISTORY_ROWS_LIMIT, last, fleet };
  };
}

async function readOn(reading: Reading, folder: string): Promise<void> {
  for (;;) {
    const { text, last: place } = await historyPart(folder, reading.place);
    if (text === "") return;
    const rows = text
      .trimEnd()
      .split("\n")
      .map((line) => ownState<HistoryRow>(JSON.parse(line)));
    for (const row of rows) reading.fleet.play(row);
    reading.last = [...reading.last, ...rows.slice(-MOST_LAST_ROWS)].slice(-MOST_LAST_ROWS);
    reading.rows += rows.length;
    reading.place = place;
  }
}
