/**
 * The tables of access in the database of a coordinator: who may come in, who may look and command, and what was done.
 *
 * @module
 */

/** Their definitions in SQL. Times are seconds since 1970; `run` is "" for any. */
export const ACCESS_TABLES = `
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
