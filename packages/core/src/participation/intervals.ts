/**
 * How many versions lie between the updates of each client: plain data, 24 bytes for a client.
 *
 * @module
 */
import { addRow, cellOf, emptyTable, type NumberTable, setCell } from "../base/number-table.ts";
import type { ClientId } from "../plan/identity.ts";

/** The intervals of all clients. */
export type Intervals = NumberTable;

/** What is known of the intervals of one client. */
export interface ClientIntervals {
  /** The version that its last interval ended with; before the first, that at which it became known. */
  readonly since: number;
  /** How many there were. */
  readonly count: number;
  /** Their mean; 0 before the first. */
  readonly mean: number;
}

const CELL = { since: 0, count: 1, mean: 2 } as const;

/** No client was heard yet. */
export function noIntervals(): Intervals {
  return emptyTable("the intervals of client", Object.keys(CELL).length);
}

/** The intervals of `client` so far. */
export function intervalsOf(intervals: Intervals, client: ClientId): ClientIntervals {
  while (intervals.rows <= client) addRow(intervals);
  return {
    since: cellOf(intervals, client, CELL.since),
    count: cellOf(intervals, client, CELL.count),
    mean: cellOf(intervals, client, CELL.mean),
  };
}

/** A client is there: its intervals start with `version`, unless it was known before. */
function noteKnown(intervals: Intervals, client: ClientId, version: number): void {
  if (client < intervals.rows) return;
  intervalsOf(intervals, client);
  setCell(intervals, client, CELL.since, version);
}

/** `known` with `count` more intervals of `length` versions each. */
export function withIntervals(known: ClientIntervals, length: number, count = 1): ClientIntervals {
  const all = known.count + count;
  const mean = all === 0 ? 0 : (known.count * known.mean + count * length) / all;
  return { since: known.since + count * length, count: all, mean };
}

/** Writes down what is known of `client` now. */
export function noteIntervals(intervals: Intervals, client: ClientId, { since, count, mean }: ClientIntervals): void {
  setCell(intervals, client, CELL.since, since);
  setCell(intervals, client, CELL.count, count);
  setCell(intervals, client, CELL.mean, mean);
}

/** Intervals as corrections keep them: those that are over for good, and what the window at hand makes of them. */
export interface NotedIntervals {
  readonly published: Intervals;
  readonly window: Map<ClientId, ClientIntervals>;
}

/** No client was heard yet, in no window. */
export function nothingNoted(): NotedIntervals {
  return { published: noIntervals(), window: new Map() };
}

/** A client is there, see {@link noteKnown}. */
export function welcomeNoted(
  { published }: NotedIntervals,
  { client, version }: { readonly client: ClientId; readonly version: number },
): void {
  noteKnown(published, client, version);
}

/** The intervals of `client` so far, those that end in this window included. */
export function notedIntervalsOf({ published, window }: NotedIntervals, client: ClientId): ClientIntervals {
  return window.get(client) ?? intervalsOf(published, client);
}

/** Writes down what is known of `client` if this window is published. */
export function noteInWindow({ window }: NotedIntervals, client: ClientId, known: ClientIntervals): void {
  window.set(client, known);
}

/** The window was published: what was noted in it lasts. */
export function keepNoted({ published, window }: NotedIntervals): void {
  for (const [client, known] of window) {
    noteIntervals(published, client, known);
  }
  window.clear();
}

/** The window was thrown away, and what was noted in it. */
export function dropNoted({ window }: NotedIntervals): void {
  window.clear();
}
