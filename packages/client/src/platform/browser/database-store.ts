/**
 * The store of a device in the database of a page's origin. The private half of its key cannot be taken out of it, not even by the page.
 *
 * Several pages of an origin may take part at the same time, each as a device of its own: a lock of the browser, which a page that is
 * closed gives back, says which of the origin's devices is taken.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { type DeviceKey, insecurePage, keyOf, type KeyPair, newKeyPair } from "../../device-key.ts";
import type { DeviceStore } from "../../store.ts";
import type { DefaultStore, OpenStore } from "../platform.ts";

const ENTRIES = "entries";
const KEY = "key";

/** The most pages of an origin that take part at the same time. */
const MOST_PAGES = 64;

/** Opens the store of a name. */
export const openStore: OpenStore = async (name) => {
  const release = await locked(name);
  if (release !== null) return storeIn(name, release);
  throw new Fault("folder-in-use", `another page is the device "${name}"`, "Close it, or give another name.");
};

/** The first device of this origin that no other page is. */
export const defaultStore: DefaultStore = async (url) => {
  for (let place = 0; place < MOST_PAGES; place++) {
    const name = `potluck ${url} ${place}`;
    const release = await locked(name);
    if (release !== null) return storeIn(name, release);
  }
  throw new Fault("folder-in-use", `${MOST_PAGES} pages take part already`, "Close one of them.");
};

/** Takes a lock of this name until what it resolves to is called, or the page is gone; null where another page has it. */
async function locked(name: string): Promise<(() => void) | null> {
  const { locks }: { readonly locks?: LockManager } = navigator;
  if (locks === undefined) throw insecurePage();
  const taken = Promise.withResolvers<(() => void) | null>();
  const held = Promise.withResolvers<null>();
  void locks.request(name, { ifAvailable: true }, async (lock) => {
    taken.resolve(lock === null ? null : () => held.resolve(null));
    if (lock !== null) await held.promise;
  });
  return taken.promise;
}

async function storeIn(name: string, release: () => void): Promise<DeviceStore> {
  const database = await opened(name);
  const entries = (mode: IDBTransactionMode): IDBObjectStore =>
    database.transaction(ENTRIES, mode, { durability: "strict" }).objectStore(ENTRIES);
  let key: Promise<DeviceKey> | null = null;
  return {
    lasts: true,
    key: async () => (key ??= keyIn(entries)),
    read: async (entry) => {
      const found: unknown = await resultOf(entries("readonly").get(entry));
      return found instanceof Uint8Array ? Uint8Array.from(found) : null;
    },
    write: async (entry, bytes) => done(entries("readwrite"), (store) => store.put(bytes, entry)),
    remove: async (entry) => done(entries("readwrite"), (store) => store.delete(entry)),
    close: () => {
      database.close();
      release();
    },
  };
}

async function opened(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(ENTRIES));
  return resultOf(request);
}

async function keyIn(entries: (mode: IDBTransactionMode) => IDBObjectStore): Promise<DeviceKey> {
  const written: unknown = await resultOf(entries("readonly").get(KEY));
  if (isPair(written)) return keyOf(written);
  const pair = await newKeyPair(false);
  await done(entries("readwrite"), (store) => store.put(pair, KEY));
  return keyOf(pair);
}

function isPair(value: unknown): value is KeyPair {
  if (typeof value !== "object" || value === null || !("privateKey" in value) || !("publicKey" in value)) return false;
  return value.privateKey instanceof CryptoKey && value.publicKey instanceof CryptoKey;
}

async function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("the database does not answer")));
  });
}

/** Writes, and resolves when that is there for good. */
async function done(store: IDBObjectStore, write: (store: IDBObjectStore) => IDBRequest): Promise<void> {
  const { transaction } = store;
  const finished = new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(transaction.error ?? new Error("the database was not written"));
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("error", fail);
    transaction.addEventListener("abort", fail);
  });
  write(store);
  await finished;
}
