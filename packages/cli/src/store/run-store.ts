/**
 * The store of runs: a folder with a table of all runs (SQLite) and a folder of files for each. A run is written down when
 * it begins and again when it ends, each in one transaction, so that the store can be read whatever happens in between.
 *
 * @module
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Fault } from "@potluck/core";
import { isRunLocked, lockRun } from "./run-lock.ts";
import { type RunEnd, type RunRecord, runRow, type RunStart, type RunStatus } from "./run-record.ts";

/** Which runs are wanted; all of them where nothing is said. */
export interface RunFilter {
  readonly scenario?: string | undefined;
  readonly status?: RunStatus | undefined;
}

/** The runs of a folder. */
export interface RunStore {
  readonly folder: string;
  /** Writes down that a run begins; false if its id is taken. */
  readonly begin: (id: string, folder: string, start: RunStart) => boolean;
  /** Writes down how a run that this store began has ended. */
  readonly end: (id: string, end: RunEnd) => void;
  /** The runs, oldest first. */
  readonly list: (filter?: RunFilter) => readonly RunRecord[];
  /**
   * The runs that a word names: the run of this id, the runs of this experiment, or those of the one id that begins so.
   * Throws Fault "run-missing".
   */
  readonly find: (word: string) => readonly RunRecord[];
}

/** What is said of a run whose process has ended without a word. */
const DIED = "its process ended before the run did";

/** How long a writer waits for another one. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * The store in `folder`. Nothing is made or opened before it is needed. What cannot be written becomes Fault
 * "output-unwritable", what cannot be read "file-corrupt".
 */
export function runStore(folder: string): RunStore {
  const locks = new Map<string, () => void>();
  const lockPath = (id: string): string => join(folder, "running", `${id}.lock`);
  const begin: RunStore["begin"] = (id, path, start) => {
    if (!withTable(folder, (table) => insert(table, { id, folder: path, ...start }))) return false;
    locks.set(
      id,
      guarded(folder, () => lockRun(lockPath(id))),
    );
    return true;
  };
  const list = (filter: RunFilter = {}): readonly RunRecord[] => {
    const runs = existsSync(tablePath(folder)) ? withTable(folder, (table) => selected(table, filter.scenario)) : [];
    return runs
      .map((run) => (run.status === "running" && !isRunLocked(lockPath(run.id)) ? dead(run) : run))
      .filter(({ status }) => filter.status === undefined || status === filter.status);
  };
  return {
    folder,
    begin,
    end: (id, end) => {
      withTable(folder, (table) => update(table, id, end));
      locks.get(id)?.();
      locks.delete(id);
    },
    list,
    find: (word) => found(list(), word, folder),
  };
}

/** A run that was going on when its process died. */
function dead(run: RunRecord): RunRecord {
  return { ...run, status: "interrupted", ended: DIED };
}

function found(runs: readonly RunRecord[], word: string, folder: string): readonly RunRecord[] {
  const called = (name: string): readonly RunRecord[] =>
    runs.filter(({ id, experiment }) => id === name || experiment === name);
  const names = new Set(runs.flatMap(({ id, experiment }) => (experiment === null ? [id] : [id, experiment])));
  const similar = names.has(word) ? [word] : [...names].filter((name) => name.startsWith(word));
  const [name, another] = similar;
  if (name !== undefined && another === undefined) return called(name);
  const remedy = "`potluck runs` lists all of them; --store names another folder.";
  if (name === undefined) throw new Fault("run-missing", `there is no run "${word}" in "${folder}"`, remedy);
  const message = `several runs in "${folder}" begin with "${word}": ${similar.join(", ")}`;
  throw new Fault("run-missing", message, "Write more of its id.");
}

function tablePath(folder: string): string {
  return join(folder, "runs.sqlite");
}

/** The version of the table below. */
const VERSION = 1;

const CREATE = `
  CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, folder TEXT NOT NULL, scenario TEXT NOT NULL, title TEXT, seed INTEGER NOT NULL, file TEXT,
    plan TEXT NOT NULL, command TEXT NOT NULL, experiment TEXT, arm TEXT, versions TEXT NOT NULL,
    environment TEXT NOT NULL, startedAt TEXT NOT NULL, status TEXT NOT NULL, ended TEXT, endedAt TEXT,
    wallSeconds REAL, virtualSeconds REAL, rounds INTEGER, testAccuracy REAL, testLoss REAL, bytesUp REAL,
    bytesDown REAL, modelHash TEXT
  ) STRICT;
  PRAGMA user_version = ${VERSION};`;

/** Does something with the table in a transaction of its own. */
function withTable<T>(folder: string, action: (table: DatabaseSync) => T): T {
  const path = tablePath(folder);
  return guarded(path, () => {
    mkdirSync(folder, { recursive: true });
    const table = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      prepare(table, path);
      return action(table);
    } finally {
      table.close();
    }
  });
}

function prepare(table: DatabaseSync, path: string): void {
  const version = Number(table.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version === VERSION) return;
  if (version === 0) return table.exec(`BEGIN IMMEDIATE; ${CREATE} COMMIT;`);
  throw new Fault("file-corrupt", `the run store "${path}" is of version ${version}`, "Use the Potluck that wrote it.");
}

function insert(table: DatabaseSync, run: RunStart & Pick<RunRecord, "id" | "folder">): boolean {
  const values = { ...run, status: "running" };
  const names = Object.keys(values);
  const places = names.map((name) => `:${name}`);
  const insertion = table.prepare(`INSERT OR IGNORE INTO runs (${names.join(", ")}) VALUES (${places.join(", ")})`);
  return insertion.run(cellsOf(values)).changes === 1;
}

function update(table: DatabaseSync, id: string, end: Partial<RunEnd>): void {
  const changes = Object.keys(end).map((name) => `${name} = :${name}`);
  table.prepare(`UPDATE runs SET ${changes.join(", ")} WHERE id = :id`).run(cellsOf({ ...end, id }));
}

function selected(table: DatabaseSync, scenario: string | undefined): readonly RunRecord[] {
  const wanted = scenario === undefined ? "" : "WHERE scenario = :scenario";
  const query = table.prepare(`SELECT * FROM runs ${wanted} ORDER BY startedAt, rowid`);
  return query.all(scenario === undefined ? {} : { scenario }).map((row) => runRow.parse(row));
}

/** Values as they stand in the table: what is not a number or a text is written as JSON. */
function cellsOf(values: object): Record<string, SQLInputValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cellOf(value)]));
}

function cellOf(value: unknown): SQLInputValue {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  return JSON.stringify(value);
}

/** What the system or SQLite refuses, as a fault. */
function guarded<T>(path: string, action: () => T): T {
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
