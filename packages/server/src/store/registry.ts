/**
 * The registry of a coordinator: which runs there are. Whoever has it open is the coordinator of its folder.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { join } from "node:path";
import { openDatabase, type Schema } from "./database.ts";

/** A run as it was created. */
export interface RunRecord {
  readonly id: string;
  /** The name of its scenario. */
  readonly name: string;
  /** The scenario as a JSON document. */
  readonly document: string;
  readonly seed: number;
  /** It begins once so many clients are there, ≥ 1. */
  readonly startClients: number;
  /** Whether its clients are those of its scenario, which hold the shares that its partition gives them; else they hold data of their own. */
  readonly rehearsal: boolean;
  /** Seconds since 1970. */
  readonly created: Seconds;
  /** Whether it has ended. */
  readonly ended: boolean;
}

/** The runs of a coordinator. */
export interface Registry {
  /** All of them, oldest first. */
  readonly runs: () => readonly RunRecord[];
  readonly create: (record: RunRecord) => void;
  /** Notes that a run has ended. */
  readonly end: (run: string) => void;
  /** Forgets a run. */
  readonly remove: (run: string) => void;
  readonly close: () => void;
}

const SCHEMA: Schema = {
  format: 2,
  tables: `
    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      document TEXT NOT NULL,
      seed INTEGER NOT NULL,
      start_clients INTEGER NOT NULL,
      rehearsal INTEGER NOT NULL,
      created REAL NOT NULL,
      ended INTEGER NOT NULL DEFAULT 0
    ) STRICT;
  `,
};

/** The file of the registry of a folder, whether or not it is there. */
export function registryFile(folder: string): string {
  return join(folder, "coordinator.db");
}

/** Opens the registry of a folder. Throws the faults of a database, "folder-in-use" where another coordinator has it open. */
export function openRegistry(folder: string): Registry {
  const database = openDatabase(registryFile(folder), SCHEMA);
  const select = database.prepare("SELECT * FROM runs ORDER BY created, id");
  const insert = database.prepare(
    "INSERT INTO runs (id, name, document, seed, start_clients, rehearsal, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const remove = database.prepare("DELETE FROM runs WHERE id = ?");
  const end = database.prepare("UPDATE runs SET ended = 1 WHERE id = ?");
  return {
    runs: () =>
      select.all().map((row) => ({
        id: String(row["id"]),
        name: String(row["name"]),
        document: String(row["document"]),
        seed: Number(row["seed"]),
        startClients: Number(row["start_clients"]),
        rehearsal: row["rehearsal"] === 1,
        created: Number(row["created"]),
        ended: row["ended"] === 1,
      })),
    create: ({ id, name, document, seed, startClients, rehearsal, created }) => {
      insert.run(id, name, document, seed, startClients, rehearsal ? 1 : 0, created);
    },
    end: (run) => {
      end.run(run);
    },
    remove: (run) => {
      remove.run(run);
    },
    close: () => database.close(),
  };
}
