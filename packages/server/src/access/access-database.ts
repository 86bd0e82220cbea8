/**
 * The database of access: who may come in, who may look and command, and what was done.
 *
 * @module
 */
import { join } from "node:path";
import { type Database, openDatabase } from "../store/database.ts";

// Times are seconds since 1970; a run is "" for any.
const TABLES = `
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    uses INTEGER,
    created REAL NOT NULL,
    expires REAL NOT NULL,
    note TEXT NOT NULL,
    revoked REAL
  ) STRICT;
  CREATE TABLE enrolments (
    device TEXT NOT NULL,
    run TEXT NOT NULL,
    token TEXT,
    at REAL NOT NULL,
    PRIMARY KEY (device, run)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX enrolments_by_token ON enrolments (token, device);
  CREATE TABLE revoked_devices (
    device TEXT PRIMARY KEY,
    at REAL NOT NULL
  ) STRICT;
  CREATE TABLE admin_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    hash BLOB NOT NULL,
    created REAL NOT NULL,
    revoked REAL
  ) STRICT;
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
`;

/** Opens the database of access in a folder; null for one in memory. Throws the faults of a database. */
export function openAccessDatabase(folder: string | null): Database {
  return openDatabase(folder === null ? ":memory:" : join(folder, "access.db"), { format: 1, tables: TABLES });
}
