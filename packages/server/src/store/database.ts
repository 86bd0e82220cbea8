/**
 * The database of a coordinator: one SQLite file in its data folder, written ahead and synchronised with every commit.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ACCESS_TABLES } from "../access/tables.ts";

/** A database that is open. */
export type Database = DatabaseSync;

const FILE = "coordinator.db";

/** Raised with every change of the tables. */
const FORMAT = 2;

const TABLES = `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    scenario TEXT NOT NULL,
    seed INTEGER NOT NULL,
    created REAL NOT NULL
  ) STRICT;
  CREATE TABLE entries (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at REAL NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (run, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE snapshots (
    run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE measurements (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    body BLOB NOT NULL
  ) STRICT;
`;

/**
 * Opens the database in a folder, which is made if there is none. Throws Fault "folder-in-use" where another process has it open,
 * and "store-corrupt" where it is no database of this software.
 */
export function openDatabase(folder: string): Database {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, FILE);
  try {
    return prepared(new DatabaseSync(path), path);
  } catch (error) {
    throw error instanceof Fault ? error : faultOf(error, path);
  }
}

function prepared(database: Database, path: string): Database {
  // Nobody else reads or writes while it is open: the lock is that of the process.
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  const format = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (format === 0) {
    inTransaction(database, () => database.exec(`${TABLES} ${ACCESS_TABLES} PRAGMA user_version = ${FORMAT}`));
  } else if (format !== FORMAT) {
    const message = `${path} was written by other software (format ${format}, not ${FORMAT})`;
    throw new Fault("store-corrupt", message, "Use the version of Potluck that wrote it, or another folder.");
  }
  return database;
}

/** Does all of it or nothing. What is done is durable on return. */
export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

const BUSY = 5;
const FULL = 13;

/** What an error of SQLite is to whoever runs a coordinator. */
function faultOf(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  if (error.errcode === BUSY) {
    return new Fault("folder-in-use", `${path} is in use by another process`, "End that, or take another folder.");
  }
  if (error.errcode === FULL) {
    return new Fault(
      "output-unwritable",
      `${path} cannot grow: the disk is full`,
      "Make room, and start again: nothing is lost.",
    );
  }
  const remedy = "Restore the folder from a copy, or move it away and begin anew.";
  return new Fault("store-corrupt", `${path} cannot be read: ${error.message}`, remedy);
}
