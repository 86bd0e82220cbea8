import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, guarded, inTransaction, openDatabase, type Schema } from "./database.ts";

let [folder, path] = ["", ""];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "potluck-"));
  path = join(folder, "deep", "sample.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SCHEMA: Schema = { format: 3, tables: "CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT;" };

function numbersIn(database: Database): readonly number[] {
  return database
    .prepare("SELECT number FROM numbers ORDER BY number")
    .all()
    .map((row) => Number(row["number"]));
}

test("a database is made with its tables, written ahead and synchronised, and found again", () => {
  const database = openDatabase(path, SCHEMA);
  const setting = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect([setting("journal_mode"), setting("synchronous")]).toEqual(["wal", 2]);
  database.exec("INSERT INTO numbers VALUES (7)");
  database.close();
  const again = openDatabase(path, SCHEMA);
  expect(numbersIn(again)).toEqual([7]);
  again.close();
});

test("what is done in a transaction is done as a whole, or not at all", () => {
  const database = openDatabase(path, SCHEMA);
  const insert = database.prepare("INSERT INTO numbers VALUES (?)");
  expect(inTransaction(database, () => insert.run(1).changes)).toBe(1);
  const twice = (): void =>
    inTransaction(database, () => {
      insert.run(2);
      insert.run(1);
    });
  expect(twice).toThrow("UNIQUE");
  expect(numbersIn(database)).toEqual([1]);
  database.close();
});

test("a database that somebody has open is in use", () => {
  const database = openDatabase(path, SCHEMA);
  database.exec("INSERT INTO numbers VALUES (1)");
  expect(() => openDatabase(path, SCHEMA)).toThrow(expect.objectContaining({ code: "folder-in-use" }));
  database.close();
});

test("one of another format, and what is no database, is refused", () => {
  openDatabase(path, SCHEMA).close();
  const other = (): Database => openDatabase(path, { ...SCHEMA, format: 4 });
  expect(other).toThrow(expect.objectContaining({ code: "store-corrupt" }));
  const file = join(folder, "no.db");
  writeFileSync(file, "x".repeat(5000));
  expect(() => openDatabase(file, SCHEMA)).toThrow(expect.objectContaining({ code: "store-corrupt" }));
});

test("a database that has no room is a full disk, and holds what it held", () => {
  const database = openDatabase(path, { ...SCHEMA, tables: `${SCHEMA.tables} CREATE TABLE bytes (body BLOB) STRICT;` });
  database.exec("INSERT INTO numbers VALUES (1)");
  database.exec("PRAGMA max_page_count = 8");
  const insert = database.prepare("INSERT INTO bytes VALUES (?)");
  const full = (): unknown => guarded(path, () => inTransaction(database, () => insert.run(new Uint8Array(100_000))));
  expect(full).toThrow(
    expect.objectContaining({ code: "output-unwritable", message: `${path} cannot be written: the disk is full` }),
  );
  expect(numbersIn(database)).toEqual([1]);
  database.close();
});

test("an error that is none of the database stays what it is", () => {
  const error = new TypeError("no number");
  const failing = (): never =>
    guarded(path, () => {
      throw error;
    });
  expect(failing).toThrow(error);
});
