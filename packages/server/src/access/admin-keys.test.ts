import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AdminKeys, adminKeysIn, mayDo, roles } from "./admin-keys.ts";
import { sampleDatabase } from "./sample-database.ts";

const sample = sampleDatabase();
const keys = (): AdminKeys => adminKeysIn(sample.database, () => sample.now);

test("whoever shows a key is its holder, after a restart too, until it is taken back", () => {
  const { key, record } = keys().create("ops", "operator");
  expect(keys().holderOf(key)).toEqual(record);
  sample.restart();
  expect(keys().holderOf(key)).toEqual(record);
  expect(keys().revoke(record.id)).toBe(true);
  expect(keys().revoke(record.id)).toBe(false);
  expect(keys().holderOf(key)).toBeNull();
  expect(keys().all()).toEqual([{ ...record, revoked: sample.now }]);
});

test("nothing else is a key: not the empty text, another secret, the secret of another, or the hash", () => {
  const one = keys().create("one", "admin").key;
  const two = keys().create("two", "viewer").key;
  const swapped = `${one.slice(0, 17)}${two.slice(17)}`;
  const flipped = `${one.slice(0, -2)}${one.at(-2) === "A" ? "B" : "A"}${one.at(-1)}`;
  for (const wrong of ["", "plk_", swapped, flipped, `${one} `, one.toUpperCase(), `${one}A`]) {
    expect(keys().holderOf(wrong), wrong).toBeNull();
  }
});

test("the secret of a key is nowhere in the folder", () => {
  const { key } = keys().create("one", "admin");
  sample.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const bytes = readFileSync(join(sample.folder, "access.db"));
  expect(bytes.includes(key.slice(4, 16))).toBe(true);
  expect(bytes.includes(key.slice(17))).toBe(false);
});

test("each role may do what those before it may", () => {
  const table = roles.map((held) => roles.map((needed) => mayDo(held, needed)));
  expect(table).toEqual([
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ]);
});
