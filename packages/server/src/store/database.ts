/**
 * SQLite files of a coordinator: written ahead, and synchronised with every commit.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder, unwritable, writeFault } from "./files.ts";

/** A database that is open. */
export type Database = DatabaseSync;

/** What is in a database. */
export interface Schema {
  /** Raised with every change of the tables, ≥ 1. */
  readonly format: number;
  readonly tables: string;
}

/**
 * Opens the database in a file, which is made if there is none. Throws Fault "folder-in-use" where somebody else has it open,
 * "output-unwritable" where it cannot be written, and "store-corrupt" where it is no database of this software.
 */
export function openDatabase(path: string, schema: Schema): Database {
  return guarded(path, () => {
    makeFolder(dirname(path));
    return prepared(new DatabaseSync(path), path, schema);
  });
}

function prepared(database: Database, path: string, { format, tables }: Schema): Database {
  // Nobody else reads or writes while it is open: the lock is that of whoever has opened it.
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  const found = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (found === 0) inTransaction(database, () => database.exec(`${tables} PRAGMA user_version = ${format}`));
  else if (found !== format) {
    const message = `${path} was written by other software (format ${found}, not ${format})`;
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

/** Does something with the database in a file; its errors are faults. Throws those that {@link openDatabase} does. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Fault ? error : faultOf(error, path);
  }
}

const BUSY = 5;
const READ_ONLY = 8;
const INPUT_OUTPUT = 10;
const FULL = 13;
const CANNOT_OPEN = 14;

const PROBLEMS: ReadonlyMap<number, string> = new Map([
  [READ_ONLY, "it may not be written"],
  [INPUT_OUTPUT, "the disk does not take it"],
  [FULL, "the disk is full"],
  [CANNOT_OPEN, "it cannot be opened"],
]);

/** What an error of SQLite is to whoever runs a coordinator. */
function faultOf(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return writeFault(error, path);
  // The lowest byte says what it is, the others say more about it.
  const code = Number(error.errcode) % 256;
  if (code === BUSY) {
    return new Fault("folder-in-use", `${path} is in use by another process`, "End that, or take another folder.");
  }
  const problem = PROBLEMS.get(code);
  if (problem !== undefined) return unwritable(path, problem);
  const remedy = "Restore the folder from a copy, or move it away and begin anew.";
  return new Fault("store-corrupt", `${path} cannot be read: ${error.message}`, remedy);
}
