/**
 * The journal of a run: everything that has happened to it, written down before it is acted on.
 *
 * Whoever reads it from its start and hands every entry to the same plan comes to the same state, to the bit. Payloads of updates do
 * not stand in it but in the blobs, by name.
 *
 * @module
 */
import {
  type ClientId,
  decodePlain,
  encodePlain,
  type FleetEvent,
  ownState,
  type Seconds,
  type Update,
} from "@potluck/core";
import type { BlobName } from "@potluck/protocol";
import type { Ending } from "@potluck/scenario";
import { type Database, inTransaction } from "./database.ts";

type UpdateEvent = FleetEvent & { readonly kind: "update" };

/** An update, its payload by name. */
export type NamedUpdate = Omit<UpdateEvent, "update"> & {
  readonly update: Omit<Update, "payload"> & { readonly payload: BlobName };
};

/** What a run may come to hear: an event of its fleet, who a new client is, or its end from outside. */
export type Entry =
  | { readonly kind: "member"; readonly client: ClientId; readonly device: string }
  | { readonly kind: "event"; readonly event: Exclude<FleetEvent, UpdateEvent> | NamedUpdate }
  | { readonly kind: "ended"; readonly ending: Ending | null };

/** An entry with its place and its instant. */
export interface Journaled {
  /** From 1, without gaps. */
  readonly number: number;
  readonly at: Seconds;
  readonly entry: Entry;
}

/** The journal of one run. */
export interface Journal {
  /** Writes entries down, all or none. They are durable on return. */
  readonly append: (entries: readonly Journaled[]) => void;
  /** The entries after a number, in order. */
  readonly after: (number: number) => Iterable<Journaled>;
}

/** The journal of a run in a database. */
export function journalOf(database: Database, run: string): Journal {
  const insert = database.prepare("INSERT INTO entries (run, number, at, body) VALUES (?, ?, ?, ?)");
  const select = database.prepare("SELECT number, at, body FROM entries WHERE run = ? AND number > ? ORDER BY number");
  return {
    append: (entries) => {
      inTransaction(database, () => {
        for (const { number, at, entry } of entries) insert.run(run, number, at, encodePlain(entry));
      });
    },
    after: function* after(number) {
      for (const { number: own, at, body } of select.iterate(run, number)) {
        yield { number: Number(own), at: Number(at), entry: entryIn(body) };
      }
    },
  };
}

function entryIn(body: unknown): Entry {
  return ownState(decodePlain(body instanceof Uint8Array ? body : new Uint8Array(0)));
}
