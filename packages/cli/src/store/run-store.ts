/**
 * The store of runs: a folder with the tables of all runs and experiments (SQLite) and a folder of files for each run. A
 * run is written down when it begins and again when it ends, each in one transaction, so that the store can be read
 * whatever happens in between.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Fault } from "@potluck/core";
import { isRunLocked, lockRun } from "./run-lock.ts";
import { keptPlace, placeOf } from "./run-places.ts";
import {
  type Membership,
  memberRow,
  type RunEnd,
  type RunRecord,
  runRow,
  type RunStart,
  type RunStatus,
} from "./run-record.ts";
import { guarded, insert, inTransaction, remove, tablePath, update, withTables } from "./run-table.ts";

/** Which runs are wanted; all of them where nothing is said. */
export interface RunFilter {
  readonly scenario?: string | undefined;
  readonly status?: RunStatus | undefined;
}

/** The folder of the store unless another is named, relative to where the command is run. */
export const DEFAULT_STORE = "runs";

/** The runs of a folder. */
export interface RunStore {
  readonly folder: string;
  /** Writes down that a run begins, whose files lie in `folder`; false if its id is taken. */
  readonly begin: (id: string, folder: string, start: RunStart) => boolean;
  /** Writes down how a run that this store began has ended. */
  readonly end: (id: string, end: RunEnd) => void;
  /** Takes an id for an experiment; false if another one, or a run, has it. */
  readonly claim: (experiment: string) => boolean;
  /** Makes a run that is there already one of an experiment, too. */
  readonly join: (membership: Membership) => void;
  /** The runs, oldest first. */
  readonly list: (filter?: RunFilter) => readonly RunRecord[];
  /**
   * The runs that a word names: the run of this id, the runs of this experiment in their order there, or those of the one
   * id that begins so. Throws Fault "run-missing".
   */
  readonly find: (word: string) => readonly RunRecord[];
  /** Which runs are in which experiments, in the order in which they came to be. */
  readonly memberships: () => readonly Membership[];
  /** Forgets a run, also as one of experiments; false if there is none, or it goes on. Its files stay. */
  readonly forget: (id: string) => boolean;
}

/** What is said of a run whose process has ended without a word. */
const DIED = "its process ended before the run did";

/**
 * The store in `folder`. Nothing is made or opened before it is needed. What cannot be written becomes Fault
 * "output-unwritable", what cannot be read "file-corrupt".
 */
export function runStore(folder: string): RunStore {
  const locks = new Map<string, () => void>();
  const lockPath = (id: string): string => join(folder, "running", `${id}.lock`);
  const isAlive = (id: string): boolean => locks.has(id) || guarded(folder, () => isRunLocked(lockPath(id)));
  const read = (): Content => contentOf(folder, isAlive);
  return {
    folder,
    begin: (id, path, start) => {
      // The lock comes first: whoever reads of a run that goes on finds it locked.
      const release = guarded(folder, () => lockRun(lockPath(id)));
      if (release === null) return false;
      const hasBegun = orElse(release, () =>
        withTables(folder, (tables) => insertRun(tables, id, { folder, path, start })),
      );
      if (hasBegun) locks.set(id, release);
      else release();
      return hasBegun;
    },
    end: (id, end) => {
      // The lock goes last: whoever finds a run unlocked reads how it ended.
      withTables(folder, (tables) => inTransaction(tables, () => update(tables, id, end)));
      locks.get(id)?.();
      locks.delete(id);
    },
    claim: (id) => withTables(folder, (tables) => inTransaction(tables, () => claimed(tables, id))),
    join: (membership) => {
      withTables(folder, (tables) => inTransaction(tables, () => insert(tables, "members", membership)));
    },
    list: ({ scenario, status } = {}) =>
      read().runs.filter(
        (run) =>
          (scenario === undefined || run.scenario === scenario) && (status === undefined || run.status === status),
      ),
    find: (word) => found(read(), word, folder),
    memberships: () => read().members,
    forget: (id) => {
      const run = read().runs.find((one) => one.id === id);
      if (run === undefined || run.status === "running") return false;
      withTables(folder, (tables) => inTransaction(tables, () => remove(tables, id)));
      return true;
    },
  };
}

/** What a store has. */
interface Content {
  readonly runs: readonly RunRecord[];
  readonly members: readonly Membership[];
}

/** All that is in the store in `folder`; a run that goes on in the table and whose process does not was interrupted. */
function contentOf(folder: string, isAlive: (id: string) => boolean): Content {
  if (!existsSync(tablePath(folder))) return { runs: [], members: [] };
  const { runs, members } = withTables(folder, (tables) => readTables(tables, folder));
  const left = runs.filter(({ id, status }) => status === "running" && !isAlive(id));
  if (left.length === 0) return { runs, members };
  // What is not alive has ended before now: either by itself meanwhile, which the table then says, or without a word.
  const now = new Map(withTables(folder, (tables) => readTables(tables, folder)).runs.map((run) => [run.id, run]));
  const ended = new Map(left.map((run) => [run.id, endOf(now.get(run.id) ?? run)]));
  return { runs: runs.map((run) => ended.get(run.id) ?? run), members };
}

function endOf(run: RunRecord): RunRecord {
  return run.status === "running" ? { ...run, status: "interrupted", ended: DIED } : run;
}

function readTables(tables: DatabaseSync, folder: string): Content {
  const runs = tables.prepare("SELECT * FROM runs ORDER BY startedAt, rowid").all();
  const members = tables.prepare("SELECT experiment, arm, run FROM members ORDER BY rowid").all();
  return {
    runs: runs.map((row) => runRow.parse(row)).map((run) => ({ ...run, folder: placeOf(folder, run.folder) })),
    members: members.map((row) => memberRow.parse(row)),
  };
}

function insertRun(
  tables: DatabaseSync,
  id: string,
  { folder, path, start }: { readonly folder: string; readonly path: string; readonly start: RunStart },
): boolean {
  const row = { ...start, id, folder: keptPlace(folder, path), status: "running" };
  const { experiment, arm } = start;
  return inTransaction(tables, () => {
    if (!insert(tables, "runs", row)) return false;
    if (experiment !== null) insert(tables, "members", { experiment, arm: arm ?? start.scenario, run: id });
    return true;
  });
}

function claimed(tables: DatabaseSync, id: string): boolean {
  const isRun = tables.prepare("SELECT id FROM runs WHERE id = :id").all({ id }).length > 0;
  return !isRun && insert(tables, "experiments", { id });
}

/** What `action` comes to; `undo` is done where it throws. */
function orElse<T>(undo: () => void, action: () => T): T {
  try {
    return action();
  } catch (error) {
    undo();
    throw error;
  }
}

function found({ runs, members }: Content, word: string, folder: string): readonly RunRecord[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const byExperiment = Map.groupBy(members, ({ experiment }) => experiment);
  const names = [...new Set([...byExperiment.keys(), ...byId.keys()])];
  const similar = names.includes(word) ? [word] : names.filter((name) => name.startsWith(word));
  const [name, another] = similar;
  if (name !== undefined && another === undefined) {
    const inIt = byExperiment.get(name) ?? [];
    return [byId.get(name) ?? [], inIt.map((member) => memberOf(byId, member))].flat(2);
  }
  const remedy = "`npx potluck runs` lists all of them; --store names another folder.";
  if (similar.length === 0) throw new Fault("run-missing", `there is no run "${word}" in "${folder}"`, remedy);
  const message = `several runs in "${folder}" begin with "${word}": ${similar.join(", ")}`;
  throw new Fault("run-missing", message, "Write more of its id.");
}

/** A run as one of an experiment, perhaps not the one that it was begun in. */
function memberOf(runs: ReadonlyMap<string, RunRecord>, { run, experiment, arm }: Membership): readonly RunRecord[] {
  const member = runs.get(run);
  return member === undefined ? [] : [{ ...member, experiment, arm }];
}
