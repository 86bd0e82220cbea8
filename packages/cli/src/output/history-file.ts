/**
 * What has happened to a run, in a file of its folder: written as it happens, and read in parts.
 *
 * @module
 */
import { type HistoryRow, historyText } from "@potluck/scenario";
import { appendFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { writing } from "./writing.ts";

/** The name of the file in the folder of a run. */
export const HISTORY_FILE = "history.jsonl";

/** So many bytes are read at once, and so many rows written. */
const PART_BYTES = 2 ** 20;
const ROWS_AT_ONCE = 1000;

/** Some of a history, in whole lines, and the place in the file from which it goes on. */
export interface HistoryFilePart {
  readonly text: string;
  readonly last: number;
}

/** What stands in the history of a folder after a place, from 0; nothing where it has none, or no more. */
export async function historyPart(folder: string, after: number): Promise<HistoryFilePart> {
  const file = await open(join(folder, HISTORY_FILE)).catch(() => null);
  if (file === null) return { text: "", last: after };
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, after);
    // A line that is cut off is read with the next part, or is still being written.
    const whole = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
    return { text: buffer.toString("utf8", 0, whole), last: after + whole };
  } finally {
    await file.close();
  }
}

/** Writes a history. */
export interface HistoryWriter {
  readonly note: (rows: readonly HistoryRow[]) => void;
  /** Writes down what has come so far. */
  readonly save: (folder: string) => void;
}

/** So many rows are written: what comes after them is not. Of a task that is answered there are two or three, of 40 bytes each. */
export const HISTORY_ROWS_LIMIT = 500_000;

/** Writes a history. Where nothing says where to, its rows wait. */
export function historyWriter(folder: () => string | null): HistoryWriter {
  let [rows, written]: [HistoryRow[], number] = [[], 0];
  const save = (path: string): void => {
    if (rows.length === 0) return;
    const text = historyText(rows);
    written += rows.length;
    rows = [];
    writing(path, () => appendFileSync(join(path, HISTORY_FILE), text));
  };
  return {
    save,
    note: (more) => {
      if (written + rows.length >= HISTORY_ROWS_LIMIT) return;
      for (const row of more) rows.push(row);
      const path = rows.length < ROWS_AT_ONCE ? null : folder();
      if (path !== null) save(path);
    },
  };
}
