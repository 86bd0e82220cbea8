/**
 * The tables of a store, in one SQLite file: the runs, the experiments, and which run is whose. They are opened for one
 * thing at a time and closed after it; whatever is written is one transaction.
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Fault } from "@potluck/core";
import { z } from "zod";
import { keptPlaceOfOld } from "./run-places.ts";

/** How long a writer waits for another one. */
const BUSY_TIMEOUT_MS = 10_000;

/** The version of the tables below. Version 1 knew no experiments, and named folders relative to who knows where. */
const VERSION = 2;

const CREATE = `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, folder TEXT NOT NULL, scenario TEXT NOT NULL, title TEXT, seed INTEGER NOT NULL, file TEXT,
    plan TEXT NOT NULL, command TEXT NOT NULL, experiment TEXT, arm TEXT, versions TEXT NOT NULL,
    environment TEXT NOT NULL, startedAt TEXT NOT NULL, status TEXT NOT NULL, ended TEXT, endedAt TEXT,
    wallSeconds REAL, virtualSeconds REAL, rounds INTEGER, testAccuracy REAL, testLoss REAL, bytesUp REAL,
    bytesDown REAL, modelHash TEXT, inputs TEXT NOT NULL DEFAULT '{}'
  ) STRICT;`;

const CREATE_EXPERIMENTS = `
  CREATE TABLE experiments (id TEXT PRIMARY KEY) STRICT;
  CREATE TABLE members (
    experiment TEXT NOT NULL, arm TEXT NOT NULL, run TEXT NOT NULL, PRIMARY KEY (experiment, arm, run)
  ) STRICT;`;

const FROM_VERSION_1 = `
  ALTER TABLE runs ADD COLUMN inputs TEXT NOT NULL DEFAULT '{}';
  INSERT INTO experiments SELECT DISTINCT experiment FROM runs WHERE experiment IS NOT NULL;
  INSERT INTO members SELECT experiment, COALESCE(arm, scenario), id FROM runs WHERE experiment IS NOT NULL
    ORDER BY startedAt, rowid;`;

/** The file of the tables. */
export function tablePath(folder: string): string {
  return join(folder, "runs.sqlite");
}

/**
 * Does something with the tables of the store in `folder`, which are made if they are not there. Throws Fault
 * "output-unwritable" and "file-corrupt".
 */
export function withTables<T>(folder: string, action: (tables: DatabaseSync) => T): T {
  const path = tablePath(folder);
  return guarded(path, () => {
    mkdirSync(folder, { recursive: true });
    const tables = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      if (versionOf(tables) !== VERSION) inTransaction(tables, () => bringUpToDate(tables, folder));
      return action(tables);
    } finally {
      tables.close();
    }
  });
}

/** Does all of it, or nothing where it throws. */
export function inTransaction<T>(tables: DatabaseSync, action: () => T): T {
  tables.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    tables.exec("COMMIT");
    return result;
  } catch (error) {
    if (tables.isTransaction) tables.exec("ROLLBACK");
    throw error;
  }
}

/** Adds a row to a table; false if there is one of this key. */
export function insert(tables: DatabaseSync, table: "runs" | "experiments" | "members", row: object): boolean {
  const names = Object.keys(row);
  const places = names.map((name) => `:${name}`);
  const text = `INSERT OR IGNORE INTO ${table} (${names.join(", ")}) VALUES (${places.join(", ")})`;
  return tables.prepare(text).run(cellsOf(row)).changes === 1;
}

/** Changes a run. */
export function update(tables: DatabaseSync, id: string, changes: object): void {
  const settings = Object.keys(changes).map((name) => `${name} = :${name}`);
  tables.prepare(`UPDATE runs SET ${settings.join(", ")} WHERE id = :id`).run(cellsOf({ ...changes, id }));
}

/** Removes a run, and its memberships. */
export function remove(tables: DatabaseSync, id: string): void {
  tables.prepare("DELETE FROM members WHERE run = :id").run({ id });
  tables.prepare("DELETE FROM runs WHERE id = :id").run({ id });
}

/** Values as they stand in a table: what is not a number or a text is written as JSON. */
function cellsOf(values: object): Record<string, SQLInputValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cellOf(value)]));
}

function cellOf(value: unknown): SQLInputValue {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  return JSON.stringify(value);
}

function versionOf(tables: DatabaseSync): number {
  const [row] = tables.prepare("PRAGMA user_version").all();
  return Number(row?.["user_version"]);
}

/** Makes the tables, or what they are now of what they were. Another process may have done so meanwhile. */
function bringUpToDate(tables: DatabaseSync, folder: string): void {
  const version = versionOf(tables);
  if (version === VERSION) return;
  if (version === 0) tables.exec(`${CREATE} ${CREATE_EXPERIMENTS}`);
  else if (version === 1) takeOver(tables, folder);
  else {
    const message = `the run store "${tablePath(folder)}" is of version ${version}, and this Potluck knows up to ${VERSION}`;
    throw new Fault("file-corrupt", message, "Use the Potluck that wrote it.");
  }
  tables.exec(`PRAGMA user_version = ${VERSION}`);
}

const oldPlaces = z.array(z.object({ id: z.string(), folder: z.string() }));

function takeOver(tables: DatabaseSync, folder: string): void {
  tables.exec(`${CREATE_EXPERIMENTS} ${FROM_VERSION_1}`);
  for (const run of oldPlaces.parse(tables.prepare("SELECT id, folder FROM runs").all())) {
    update(tables, run.id, { folder: keptPlaceOfOld(folder, run) });
  }
}

/** What the system or SQLite refuses, as a fault. */
export function guarded<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error instanceof Fault) throw error;
    if (UNREADABLE.test(error.message)) {
      const remedy = "Move the file away; the folders of the runs beside it stay as they are.";
      throw new Fault("file-corrupt", `the run store "${path}" cannot be read: ${error.message}`, remedy);
    }
    const remedy = "Check that you may write there and that the disk has room, or name another folder with --store.";
    throw new Fault("output-unwritable", `the run store "${path}" cannot be written: ${error.message}`, remedy);
  }
}

const UNREADABLE = /not a database|malformed/;
