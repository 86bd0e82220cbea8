/**
 * The lock of a run that goes on: the operating system takes it away when the process ends, however it ends. So it tells
 * whether a run is alive, even after its process number was given to another process. It is the lock of an SQLite file,
 * the one kind that Node has on every system.
 *
 * @module
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** How long to wait for somebody who looks whether the lock is held. */
const PROBE_TIMEOUT_MS = 5000;

/** Takes the lock at `path`, which nobody holds; the function that it returns gives it back. */
export function lockRun(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const held = new DatabaseSync(path, { timeout: PROBE_TIMEOUT_MS });
  held.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;");
  return () => {
    held.close();
    rmSync(path, { force: true });
  };
}

/** Whether a process holds the lock at `path`. */
export function isRunLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  const probe = new DatabaseSync(path, { timeout: 0 });
  try {
    probe.exec("BEGIN EXCLUSIVE");
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    probe.close();
  }
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
