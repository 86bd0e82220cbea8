/**
 * What has happened to a hosted run: written down beside its journal, from which it follows.
 *
 * What an entry came to is known after the entry is durable: it is written down with the next one. Whatever is lost of it with the process is made again
 * from the entries since the last snapshot.
 *
 * @module
 */
import { ownState } from "@potluck/core";
import { historyOf, type HistoryRow, historyText, roundedInstant } from "@potluck/scenario";
import type { HistoryEntry, Journal, Journaled } from "../store/journal.ts";
import type { Taken } from "./run-state.ts";

/** Some of a history, in order. */
export interface HistoryPage {
  /** A JSON array in each line; "" where there is nothing more. */
  readonly text: string;
  /** From which it goes on. */
  readonly last: number;
}

/** The last of what has happened. */
export interface LastEvents {
  /** The number of the last one: they are numbered while the run is hosted. */
  readonly last: number;
  readonly events: readonly HistoryRow[];
}

/** What has happened to a run. */
export interface RunHistory {
  readonly note: (journaled: Journaled, taken: Taken) => void;
  /** What is not written down yet; whoever asks writes it down. */
  readonly unsaved: () => readonly HistoryEntry[];
  readonly save: () => void;
  /** What came after a place, from 0. */
  readonly page: (after: number) => HistoryPage;
  /** The last events that came after one of a number. */
  readonly since: (event: number) => LastEvents;
}

/** So many of the last events are at hand. */
const MOST_LAST_EVENTS = 200;

/** So many entries at most are in a page. */
const ENTRIES_PER_PAGE = 2000;

/** What waits to be written down is, at the latest, after so many entries. */
const MOST_UNSAVED = 1000;

type Kept = Pick<Journal, "saveHistory" | "history" | "lastHistory">;

/** The history beside a journal. */
export function historyIn(journal: Kept): RunHistory {
  let unsaved: HistoryEntry[] = [];
  /** The last events, once somebody has asked, and how many there were since. */
  let last: readonly HistoryRow[] | null = null;
  let count = 0;
  const save = (): void => {
    if (unsaved.length > 0) journal.saveHistory(unsaved);
    unsaved = [];
  };
  return {
    note: (journaled, taken) => {
      const rows = rowsOf(journaled, taken);
      if (rows.length === 0) return;
      unsaved.push({ number: journaled.number, text: historyText(rows) });
      if (last !== null) last = [...last, ...rows].slice(-MOST_LAST_EVENTS);
      count += rows.length;
      if (unsaved.length >= MOST_UNSAVED) save();
    },
    unsaved: () => {
      const waiting = unsaved;
      unsaved = [];
      return waiting;
    },
    save,
    page: (after) => {
      save();
      const entries = journal.history(after, ENTRIES_PER_PAGE);
      return { text: entries.map(({ text }) => text).join(""), last: entries.at(-1)?.number ?? after };
    },
    since: (event) => {
      if (last === null) {
        save();
        last = lastIn(journal);
        count = last.length;
      }
      return { last: count, events: last.slice(last.length - Math.min(last.length, Math.max(0, count - event))) };
    },
  };
}

function lastIn(journal: Kept): readonly HistoryRow[] {
  const rows = journal.lastHistory(MOST_LAST_EVENTS).flatMap(({ text }) => text.trimEnd().split("\n"));
  return rows.slice(-MOST_LAST_EVENTS).map((row) => ownState<HistoryRow>(JSON.parse(row)));
}

function rowsOf({ at, entry }: Journaled, { event, task, commands }: Taken): readonly HistoryRow[] {
  if (event !== null) return historyOf({ at, event, version: task?.version ?? null, commands });
  const when = roundedInstant(at);
  switch (entry.kind) {
    case "paused":
    case "resumed":
      return [[when, entry.kind, null, null, null]];
    case "ended":
      return [[when, "ended", null, null, null, entry.ending?.reason ?? "interrupted from outside"]];
    case "member":
    case "started":
    case "event":
      return [];
  }
}
