/**
 * The history of a run that has ended, loaded to be replayed.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";
import type { HistoryRow } from "../api/history.ts";
import type { Session } from "./session.ts";

/** How far the loading has come. */
export type Loaded =
  | { readonly kind: "loading" }
  | { readonly kind: "ready"; readonly rows: readonly HistoryRow[] }
  | { readonly kind: "failed"; readonly problem: string };

/** So many rows are loaded: what comes after them is not replayed. */
export const MOST_ROWS = 500_000;

/** Loads the history of a run, unless it is told to stop. */
export function loadHistory({ api, note }: Session, run: string, stop: AbortSignal): Signal<Loaded> {
  const loaded = signal<Loaded>({ kind: "loading" });
  const load = async (): Promise<void> => {
    const rows: HistoryRow[] = [];
    try {
      for await (const row of api.history(run, stop)) {
        rows.push(row);
        if (rows.length === MOST_ROWS) break;
      }
      loaded.value = { kind: "ready", rows };
    } catch (error) {
      if (stop.aborted) return;
      note(error);
      loaded.value = { kind: "failed", problem: error instanceof Error ? error.message : String(error) };
    }
  };
  void load();
  return loaded;
}
