/**
 * The store of a device in one file that only its owner may read: an SQLite database, which one process at a time has open.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type DeviceKey, keyOf, type KeyPair, keyPairIn, newKeyPair, textOf } from "../../device-key.ts";
import type { OpenStore } from "../platform.ts";

const OWNER_ONLY = 0o600;
const KEY = "key";

/** Opens the store in a file, which is made if there is none. */
export const openStore: OpenStore = async (path) => {
  const database = opened(path);
  const entries = entriesOf(database);
  let key: Promise<DeviceKey> | null = null;
  return {
    lasts: true,
    key: async () => (key ??= keyIn(entries, path)),
    read: async (name) => entries.read(name),
    write: async (name, bytes) => orUnwritable(path, () => entries.write(name, bytes)),
    remove: async (name) => entries.remove(name),
    close: () => database.close(),
  };
};

function opened(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, "a", OWNER_ONLY));
    chmodSync(path, OWNER_ONLY);
  } catch (error) {
    const remedy = "Give a file in a folder that can be written to.";
    throw new Fault("output-unwritable", `${path} cannot be written: ${messageOf(error)}`, remedy);
  }
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec("PRAGMA synchronous = FULL");
    database.exec("BEGIN EXCLUSIVE");
    database.exec("CREATE TABLE IF NOT EXISTS entries (name TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT");
    database.exec("COMMIT");
    return database;
  } catch (error) {
    database.close();
    throw faultOf(error, path);
  }
}

interface Entries {
  readonly read: (name: string) => Uint8Array<ArrayBuffer> | null;
  readonly write: (name: string, bytes: Uint8Array<ArrayBuffer>) => void;
  readonly remove: (name: string) => void;
}

function entriesOf(database: DatabaseSync): Entries {
  const select = database.prepare("SELECT body FROM entries WHERE name = ?");
  const upsert = database.prepare("INSERT OR REPLACE INTO entries (name, body) VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM entries WHERE name = ?");
  return {
    read: (name) => {
      const body = select.get(name)?.["body"];
      return body instanceof Uint8Array ? Uint8Array.from(body) : null;
    },
    write: (name, bytes) => void upsert.run(name, bytes),
    remove: (name) => void remove.run(name),
  };
}

async function keyIn(entries: Entries, path: string): Promise<DeviceKey> {
  const written = entries.read(KEY);
  if (written !== null) return keyOf(await pairIn(new TextDecoder().decode(written), path));
  const pair = await newKeyPair(true);
  const text = new TextEncoder().encode(await textOf(pair));
  orUnwritable(path, () => entries.write(KEY, text));
  return keyOf(pair);
}

function orUnwritable(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const remedy = "Make room, or give another file.";
    throw new Fault("output-unwritable", `${path} cannot be written: ${messageOf(error)}`, remedy);
  }
}

async function pairIn(text: string, path: string): Promise<KeyPair> {
  try {
    return await keyPairIn(text);
  } catch {
    throw new Fault("store-corrupt", `${path} holds no key of a device`, "Remove it, to join as a new device.");
  }
}

const SQLITE_BUSY = 5;

function faultOf(error: unknown, path: string): Fault {
  if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) {
    const remedy = "Give this process another file: one file is one device.";
    return new Fault("folder-in-use", `${path} is the device of another process`, remedy);
  }
  const remedy = "Give another file, or remove this one, to join as a new device.";
  return new Fault("store-corrupt", `${path} is no file of a device: ${messageOf(error)}`, remedy);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
