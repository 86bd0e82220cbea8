/**
 * The journal of a run: everything that has happened to it, written down before it is acted on.
 *
 * Whoever reads it from its start and hands every entry to the same plan comes to the same state, to the bit. Large payloads of updates do
 * not stand in it but in the blobs, by name. Beside it lie what can be made from it again, its last snapshot, and what was measured.
 *
 * @module
 */
import {
  type ClientId,
  decodePlain,
  encodePlain,
  Fault,
  type FleetEvent,
  ownState,
  type Seconds,
  type Update,
} from "@potluck/core";
import type { BlobName } from "@potluck/protocol";
import type { Ending, Measurement } from "@potluck/scenario";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type Database, guarded, inTransaction, openDatabase, type Schema } from "./database.ts";

type UpdateEvent = FleetEvent & { readonly kind: "update" };

/** A payload: its bytes where they are few, else the name of a blob. */
export type Payload = Uint8Array | BlobName;

/** Payloads up to so many bytes stand in the journal: they are durable together with the entry, with no file of their own. */
export const MAX_JOURNALED_BYTES: number = 1 << 16;

/** An update, its payload as it is kept. */
export type KeptUpdate = Omit<UpdateEvent, "update"> & {
  readonly update: Omit<Update, "payload"> & { readonly payload: Payload };
};

/** What a run may be told by its fleet and its clock; the payload of an update as it is kept. */
export type HostedEvent = Exclude<FleetEvent, UpdateEvent | { readonly kind: "started" }> | KeptUpdate;

/** What a run may come to hear: who a new client is, its start, when that was on the wall clock, an event, a pause, or its end from outside. */
export type Entry =
  | { readonly kind: "member"; readonly client: ClientId; readonly device: string }
  | { readonly kind: "started"; readonly wall: Seconds }
  | { readonly kind: "event"; readonly event: HostedEvent }
  /** Its clock stands still from here, or goes on; both when that was on the wall clock. */
  | { readonly kind: "paused" | "resumed"; readonly wall: Seconds }
  | { readonly kind: "ended"; readonly ending: Ending | null };

/** An entry with its place and its instant. */
export interface Journaled {
  /** From 1, without gaps. */
  readonly number: number;
  /** Since the start of the run; 0 before it. */
  readonly at: Seconds;
  readonly entry: Entry;
}

/** What an entry came to for those who look at a run: rows of its history as text. */
export interface HistoryEntry {
  /** That of the entry. */
  readonly number: number;
  readonly text: string;
}

/** The journal of one run. Its functions throw the faults of a database. */
export interface Journal {
  /** Writes entries down, and what earlier ones came to, all or none. They are durable on return. */
  readonly append: (entries: readonly Journaled[], history?: readonly HistoryEntry[]) => void;
  /** The entries after a number, in order. Throws Fault "store-corrupt" where one is missing or is none. */
  readonly after: (number: number) => Iterable<Journaled>;
  /**
   * The last snapshot; null where there is none, or it has been damaged: everything follows from the entries. Throws Fault "store-corrupt"
   * where entries that it holds are missing.
   */
  readonly snapshot: () => Uint8Array | null;
  /** Whether there is a snapshot that has been damaged. */
  readonly isSnapshotDamaged: () => boolean;
  readonly saveSnapshot: (number: number, snapshot: Uint8Array) => void;
  readonly measurements: () => readonly Measurement[];
  /** The payloads that do not stand in it, in order. */
  readonly blobs: () => readonly BlobName[];
  readonly saveMeasurement: (measurement: Measurement) => void;
  /** Writes down what entries came to, in place of what is there of the same. */
  readonly saveHistory: (history: readonly HistoryEntry[]) => void;
  /** What entries after a number came to, in order, at most so many. Throws Fault "store-corrupt" where one is not what was written. */
  readonly history: (after: number, most: number) => readonly HistoryEntry[];
  /** The same of the last so many. */
  readonly lastHistory: (most: number) => readonly HistoryEntry[];
  readonly close: () => void;
}

/** Whatever is written has a checksum: the database does not notice a bit that the disk gives back as another one. */
const SCHEMA: Schema = {
  format: 2,
  tables: `
    CREATE TABLE entries (number INTEGER PRIMARY KEY, at REAL NOT NULL, body BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
    CREATE TABLE snapshots (place INTEGER PRIMARY KEY, number INTEGER NOT NULL, body BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
    CREATE TABLE measurements (number INTEGER PRIMARY KEY, body BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
  `,
};

/** What entries came to follows from them: a journal that has none of it yet begins to keep it. */
const HISTORY_TABLE =
  "CREATE TABLE IF NOT EXISTS history (number INTEGER PRIMARY KEY, body BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT";
const REPLACE_HISTORY = "INSERT OR REPLACE INTO history (number, body, checksum) VALUES (?, ?, ?)";
const SELECT_HISTORY = "SELECT number, body, checksum FROM history WHERE number > ? ORDER BY number LIMIT ?";
const SELECT_LAST_HISTORY = "SELECT number, body, checksum FROM history ORDER BY number DESC LIMIT ?";

const INSERT = "INSERT INTO entries (number, at, body, checksum) VALUES (?, ?, ?, ?)";
const SELECT = "SELECT number, at, body, checksum FROM entries WHERE number > ? ORDER BY number";
const REPLACE_SNAPSHOT = "INSERT OR REPLACE INTO snapshots (place, number, body, checksum) VALUES (1, ?, ?, ?)";
const SELECT_SNAPSHOT =
  "SELECT number, body, checksum, (SELECT MAX(number) FROM entries) AS last FROM snapshots WHERE place = 1";
/** Entries whose payload is a blob are short; the others need not be read to know that theirs is not. */
const SHORT_BYTES = 4096;
const SELECT_SHORT = `SELECT number, at, body, checksum FROM entries WHERE length(body) <= ${SHORT_BYTES} ORDER BY number`;
const INSERT_MEASUREMENT = "INSERT INTO measurements (body, checksum) VALUES (?, ?)";
const SELECT_MEASUREMENTS = "SELECT body, checksum FROM measurements ORDER BY number";

/** Opens the journal of a run in its folder, which is made if there is none. Throws the faults of a database. */
export function openJournal(folder: string): Journal {
  const path = join(folder, "journal.db");
  const database = openDatabase(path, SCHEMA);
  const insert = database.prepare(INSERT);
  const select = database.prepare(SELECT);
  const history = historyIn(database, path);
  return {
    ...snapshotsIn(database, path),
    ...measurementsIn(database, path),
    ...history,
    blobs: () => guarded(path, () => database.prepare(SELECT_SHORT).all()).flatMap((row) => blobIn(row, path)),
    append: (entries, came = []) =>
      guarded(path, () =>
        inTransaction(database, () => {
          for (const { number, at, entry } of entries) {
            const body = encodePlain(entry);
            insert.run(number, at, body, checksumOf(body, `${number} ${at}`));
          }
          for (const one of came) history.write(one);
        }),
      ),
    after: function* after(number) {
      let last = number;
      const rows = guarded(path, () => select.iterate(number));
      for (;;) {
        const { value: row, done } = guarded(path, () => rows.next());
        if (done === true) return;
        const own = Number(row["number"]);
        if (own !== last + 1) throw damaged(path, `entry ${last + 1} is missing`);
        last = own;
        const at = Number(row["at"]);
        yield { number: own, at, entry: ownState<Entry>(plainIn(row, `${own} ${at}`, path)) };
      }
    },
    close: () => database.close(),
  };
}

function snapshotsIn(
  database: Database,
  path: string,
): Pick<Journal, "snapshot" | "isSnapshotDamaged" | "saveSnapshot"> {
  const select = database.prepare(SELECT_SNAPSHOT);
  const replace = database.prepare(REPLACE_SNAPSHOT);
  return {
    snapshot: () => snapshotIn(guarded(path, () => select.get()) ?? {}, path),
    isSnapshotDamaged: () => {
      const row = guarded(path, () => select.get());
      return row !== undefined && bodyIn(row, String(row["number"])) === null;
    },
    saveSnapshot: (number, snapshot) => {
      guarded(path, () => replace.run(number, snapshot, checksumOf(snapshot, `${number}`)));
    },
  };
}

function measurementsIn(database: Database, path: string): Pick<Journal, "measurements" | "saveMeasurement"> {
  const select = database.prepare(SELECT_MEASUREMENTS);
  const insert = database.prepare(INSERT_MEASUREMENT);
  return {
    measurements: () => guarded(path, () => select.all()).map((row) => ownState<Measurement>(plainIn(row, "", path))),
    saveMeasurement: (measurement) => {
      const body = encodePlain(measurement);
      guarded(path, () => insert.run(body, checksumOf(body, "")));
    },
  };
}

interface HistoryTable extends Pick<Journal, "saveHistory" | "history" | "lastHistory"> {
  /** Writes one down, within a transaction. */
  readonly write: (entry: HistoryEntry) => void;
}

function historyIn(database: Database, path: string): HistoryTable {
  guarded(path, () => database.exec(HISTORY_TABLE));
  const replace = database.prepare(REPLACE_HISTORY);
  const select = database.prepare(SELECT_HISTORY);
  const selectLast = database.prepare(SELECT_LAST_HISTORY);
  const write = ({ number, text }: HistoryEntry): void => {
    const body = new TextEncoder().encode(text);
    replace.run(number, body, checksumOf(body, `${number}`));
  };
  const read = (row: Row): HistoryEntry => {
    const body = bodyIn(row, String(row["number"]));
    if (body === null) throw damaged(path, "what an entry came to is not what was written");
    return { number: Number(row["number"]), text: new TextDecoder().decode(body) };
  };
  return {
    write,
    saveHistory: (history) =>
      guarded(path, () =>
        inTransaction(database, () => {
          for (const one of history) write(one);
        }),
      ),
    history: (after, most) => guarded(path, () => select.all(after, most)).map(read),
    lastHistory: (most) =>
      guarded(path, () => selectLast.all(most))
        .map(read)
        .toReversed(),
  };
}

/** A row of a table. */
type Row = Readonly<Record<string, unknown>>;

/** A checksum of bytes and of what stands beside them: CRC-32. */
function checksumOf(body: Uint8Array, beside: string): number {
  return crc32(body, crc32(beside));
}

/** The bytes of a row; null where there are none, or they are not what was written. */
function bodyIn({ body, checksum }: Row, beside: string): Uint8Array | null {
  return body instanceof Uint8Array && checksumOf(body, beside) === checksum ? body : null;
}

function plainIn(row: Row, beside: string, path: string): unknown {
  const body = bodyIn(row, beside);
  if (body === null) throw damaged(path, "an entry is not what was written");
  try {
    return decodePlain(body);
  } catch {
    throw damaged(path, "an entry cannot be read");
  }
}

/** The snapshot in a row. It is written after all that it holds: where the journal ends before it, something is lost. */
function snapshotIn(row: Row, path: string): Uint8Array | null {
  const body = bodyIn(row, String(row["number"]));
  if (body !== null && Number(row["number"]) > Number(row["last"])) throw damaged(path, "its last entries are missing");
  return body;
}

function damaged(path: string, what: string): Fault {
  return new Fault("store-corrupt", `${path} is damaged: ${what}`, "Restore the folder from a copy.");
}

function blobIn(row: Record<string, unknown>, path: string): readonly BlobName[] {
  const entry = ownState<Entry>(plainIn(row, `${Number(row["number"])} ${Number(row["at"])}`, path));
  if (entry.kind !== "event" || entry.event.kind !== "update") return [];
  const { payload } = entry.event.update;
  return payload instanceof Uint8Array ? [] : [payload];
}
