/**
 * Blobs: bytes by their SHA-256, each a file. What is there under a name is never changed, and is what the name says.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { BlobName } from "@potluck/protocol";
import { createHash, randomUUID } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder, sizeOf, synchronise, writeFault } from "./files.ts";

/** The blobs of a folder. */
export interface Blobs {
  /** Keeps bytes; a blob of them that has been damaged is written anew. Durable when it resolves. Rejects with Fault "output-unwritable". */
  readonly put: (bytes: Uint8Array) => Promise<BlobName>;
  /** Takes a file, which nobody has open any more, over as the blob of its name: it is not where it was afterwards. Durable when it resolves. */
  readonly adopt: (file: string, name: BlobName) => Promise<void>;
  /**
   * Its bytes, which lie where those of the last call were, and hold until the next one. Throws Fault "store-corrupt" where they are not there any more, or not what they were, which is not looked for in a blob
   * that `isFresh`: one that was kept a moment ago.
   */
  readonly read: (name: BlobName, isFresh?: boolean) => Uint8Array;
  /** Its bytes, of one that is small; null where it is not, or is not there. Those asked for last are remembered. */
  readonly small: (sha256: string) => Promise<Uint8Array | null>;
  /** How many bytes it has; null where it is not there. */
  readonly sizeOf: (sha256: string) => Promise<number | null>;
  /** Where its file is, whether or not it is there. */
  readonly pathOf: (sha256: string) => string;
}

/** The blobs in a folder, which is made if there is none. */
export function openBlobs(folder: string): Blobs {
  const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256.slice(2));
  const fresh = (): string => join(folder, "new", randomUUID());
  let room = new Uint8Array(0);
  makeFolder(join(folder, "new"));
  return {
    put: async (bytes) => {
      const sha256 = sha256Of(bytes);
      const path = pathOf(sha256);
      if (!(await isThere(path, bytes))) await written(fresh(), path, bytes);
      return { sha256, bytes: bytes.length };
    },
    adopt: async (file, { sha256 }) => {
      const own = fresh();
      // Not a link: what is there under a name has no other name by which it could be changed.
      await rename(file, own);
      await settle(own, pathOf(sha256));
    },
    read: (name, isFresh = false) => {
      if (room.length < name.bytes) room = new Uint8Array(name.bytes);
      return sound(contentOf(pathOf(name.sha256), room.subarray(0, name.bytes)), name, isFresh);
    },
    small: smallBlobs(pathOf),
    sizeOf: async (sha256) => (existsSync(pathOf(sha256)) ? sizeOf(pathOf(sha256)) : null),
    pathOf,
  };
}

/** Whether a file holds these bytes. */
async function isThere(path: string, bytes: Uint8Array): Promise<boolean> {
  return (await sizeOf(path)) === bytes.length && (await readFile(path)).equals(bytes);
}

/** Writes bytes into a file of their own, and that to its place. What comes of it when that fails is cleared away. */
async function written(file: string, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes);
    await settle(file, path);
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    throw writeFault(error, path);
  }
}

/** Moves a file to its place for good. */
async function settle(file: string, path: string): Promise<void> {
  const place = dirname(path);
  makeFolder(place);
  await synchronise(file);
  await rename(file, path);
  await synchronise(place);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Of blobs up to so many bytes up to so many are remembered. */
const SMALL_BYTES = 1 << 18;
const REMEMBERED = 64;

/** Small blobs, those asked for last remembered: a new model is asked for by many at once. */
function smallBlobs(pathOf: (sha256: string) => string): Blobs["small"] {
  const known = new Map<string, Uint8Array>();
  return async (sha256) => {
    const found = known.get(sha256);
    if (found !== undefined) return found;
    const size = await sizeOf(pathOf(sha256));
    if (size === 0 || size > SMALL_BYTES) return null;
    const content = await readFile(pathOf(sha256));
    known.set(sha256, content);
    for (const oldest of [...known.keys()].slice(0, -REMEMBERED)) known.delete(oldest);
    return content;
  };
}

/** Bytes, if they are those of the blob; those that are fresh are only counted. */
function sound(content: Uint8Array, { sha256, bytes }: BlobName, isFresh: boolean): Uint8Array {
  if (content.length === bytes && (isFresh || sha256Of(content) === sha256)) return content;
  throw new Fault("store-corrupt", `the blob ${sha256} is damaged`, "Restore the folder from a copy.");
}

/** What a file holds, if it has as many bytes as there is room for; else nothing. */
function contentOf(path: string, room: Uint8Array): Uint8Array {
  try {
    const file = openSync(path, "r");
    try {
      if (fstatSync(file).size !== room.length) return new Uint8Array(0);
      let filled = 0;
      for (let more = -1; more !== 0; filled += more) more = readSync(file, room, filled, room.length - filled, null);
      return room.subarray(0, filled);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault("store-corrupt", `a blob cannot be read: ${why}`, "Restore the folder from a copy.");
  }
}
