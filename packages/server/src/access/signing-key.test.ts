import { sign, verify } from "node:crypto";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleDatabase } from "./sample-database.ts";
import { openSigningKey } from "./signing-key.ts";

const sample = sampleDatabase();
const file = (): string => join(sample.folder, "signing-key.pem");

test("the key is made once, only its owner reads it, and it is the same ever after", () => {
  const first = openSigningKey(sample.folder);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  const text = readFileSync(file(), "utf8");
  const again = openSigningKey(sample.folder);
  expect(readFileSync(file(), "utf8")).toBe(text);
  const signature = sign(null, Buffer.from("one"), first.privateKey);
  expect(verify(null, Buffer.from("one"), again.publicKey, signature)).toBe(true);
  expect(verify(null, Buffer.from("two"), again.publicKey, signature)).toBe(false);
});

test("a key that others could read is made private again", () => {
  openSigningKey(sample.folder);
  chmodSync(file(), 0o644);
  openSigningKey(sample.folder);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test("a file that holds no Ed25519 key is said to be none", () => {
  writeFileSync(file(), "nothing");
  expect(() => openSigningKey(sample.folder)).toThrow("holds no Ed25519 key");
});
