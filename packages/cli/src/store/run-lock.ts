/**
 * The lock of a run that goes on: the operating system takes it away when the process ends, however it ends. So it tells
 * whether a run is alive, even after its process number was given to another process. It is the lock of an SQLite file,
 * the one kind that Node has on every system. The file is empty: nothing is ever written to it.
 *
 * @module
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** How long to wait for somebody who looks whether the lock is held. */
const PROBE_TIMEOUT_MS = 1000;

/** Takes the lock at `path`; the function that it returns gives it back. Null if somebody holds it. */
export function lockRun(path: string): (() => void) | null {
  mkdirSync(dirname(path), { recursive: true });
  const held = new DatabaseSync(path, { timeout: PROBE_TIMEOUT_MS });
  try {
    held.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;");
  } catch (error) {
    held.close();
    if (hasCode(error, SQLITE_BUSY)) return null;
    throw error;
  }
  return () => {
    held.close();
    rmSync(path, { force: true });
  };
}

/** Whether a process holds the lock at `path`. Leaves nothing behind where there is no such file. */
export function isRunLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    look(path);
    return false;
  } catch (error) {
    if (hasCode(error, SQLITE_BUSY)) return true;
    if (hasCode(error, SQLITE_CANTOPEN)) return false; // given back, and its file removed, meanwhile
    throw error;
  }
}

/** Reads the file, which a lock that is held forbids. */
function look(path: string): void {
  const probe = new DatabaseSync(path, { timeout: 0, readOnly: true });
  try {
    probe.exec("SELECT count(*) FROM sqlite_schema");
  } finally {
    probe.close();
  }
}

const SQLITE_BUSY = 5;
const SQLITE_CANTOPEN = 14;

function hasCode(error: unknown, code: number): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === code;
}
