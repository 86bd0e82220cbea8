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
import { guarded, inTransaction, openDatabase, type Schema } from "./database.ts";

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

/** What a run may come to hear: who a new client is, its start, when that was on the wall clock, an event, or its end from outside. */
export type Entry =
  | { readonly kind: "member"; readonly client: ClientId; readonly device: string }
  | { readonly kind: "started"; readonly wall: Seconds }
  | { readonly kind: "event"; readonly event: HostedEvent }
  | { readonly kind: "ended"; readonly ending: Ending | null };

/** An entry with its place and its instant. */
export interface Journaled {
  /** From 1, without gaps. */
  readonly number: number;
  /** Since the start of the run; 0 before it. */
  readonly at: Seconds;
  readonly entry: Entry;
}

/** The journal of one run. Its functions throw the faults of a database. */
export interface Journal {
  /** Writes entries down, all or none. They are durable on return. */
  readonly append: (entries: readonly Journaled[]) => void;
  /** The entries after a number, in order. Throws Fault "store-corrupt" where one is missing or is none. */
  readonly after: (number: number) => Iterable<Journaled>;
  /** The last snapshot. */
  readonly snapshot: () => Uint8Array | null;
  readonly saveSnapshot: (number: number, snapshot: Uint8Array) => void;
  readonly measurements: () => readonly Measurement[];
  readonly saveMeasurement: (measurement: Measurement) => void;
  readonly close: () => void;
}

const SCHEMA: Schema = {
  format: 1,
  tables: `
    CREATE TABLE entries (number INTEGER PRIMARY KEY, at REAL NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE snapshots (place INTEGER PRIMARY KEY, number INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE measurements (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
  `,
};

/** Opens the journal of a run in its folder, which is made if there is none. Throws the faults of a database. */
export function openJournal(folder: string): Journal {
  const path = join(folder, "journal.db");
  const database = openDatabase(path, SCHEMA);
  const insert = database.prepare("INSERT INTO entries (number, at, body) VALUES (?, ?, ?)");
  const select = database.prepare("SELECT number, at, body FROM entries WHERE number > ? ORDER BY number");
  const selectSnapshot = database.prepare("SELECT body FROM snapshots");
  const replaceSnapshot = database.prepare("INSERT OR REPLACE INTO snapshots (place, number, body) VALUES (1, ?, ?)");
  const selectMeasurements = database.prepare("SELECT body FROM measurements ORDER BY number");
  const insertMeasurement = database.prepare("INSERT INTO measurements (body) VALUES (?)");
  return {
    append: (entries) =>
      guarded(path, () =>
        inTransaction(database, () => {
          for (const { number, at, entry } of entries) insert.run(number, at, encodePlain(entry));
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
        yield { number: own, at: Number(row["at"]), entry: ownState<Entry>(plainIn(row["body"], path)) };
      }
    },
    snapshot: () => bytesIn(guarded(path, () => selectSnapshot.get())?.["body"]),
    saveSnapshot: (number, snapshot) => {
      guarded(path, () => replaceSnapshot.run(number, snapshot));
    },
    measurements: () =>
      guarded(path, () => selectMeasurements.all()).map(({ body }) => ownState<Measurement>(plainIn(body, path))),
    saveMeasurement: (measurement) => {
      guarded(path, () => insertMeasurement.run(encodePlain(measurement)));
    },
    close: () => database.close(),
  };
}

function plainIn(body: unknown, path: string): unknown {
  try {
    return decodePlain(bytesIn(body) ?? new Uint8Array(0));
  } catch {
    throw damaged(path, "an entry cannot be read");
  }
}

function damaged(path: string, what: string): Fault {
  return new Fault("store-corrupt", `${path} is damaged: ${what}`, "Restore the folder from a copy.");
}

function bytesIn(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}
