/**
 * Blobs: bytes by their SHA-256, each a file. What is there under a name is never changed, and is what the name says.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { BlobName } from "@potluck/protocol";
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync } from "node:fs";
import { link, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

/** The blobs of a folder. */
export interface Blobs {
  /** Keeps bytes. They are durable when it resolves. */
  readonly put: (bytes: Uint8Array) => Promise<BlobName>;
  /**
   * Makes what a file holds, which stays where it is, the blob of this name; durable when it resolves to null. Else it says why the file
   * is not what the name says, and the file is gone.
   */
  readonly adopt: (file: string, name: BlobName) => Promise<string | null>;
  /** Its bytes. Throws Fault "store-corrupt" where they are not there any more, or not what they were. */
  readonly read: (name: BlobName) => Uint8Array;
  /** How many bytes it has; null where it is not there. */
  readonly sizeOf: (sha256: string) => Promise<number | null>;
  /** Where its file is, whether or not it is there. */
  readonly pathOf: (sha256: string) => string;
}

/** The blobs in a folder, which is made if there is none. */
export function openBlobs(folder: string): Blobs {
  const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256.slice(2));
  const fresh = (): string => join(folder, "new", randomUUID());
  mkdirSync(join(folder, "new"), { recursive: true });
  return {
    put: async (bytes) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const path = pathOf(sha256);
      if ((await sizeOf(path)) !== bytes.length) {
        const file = fresh();
        await writeFile(file, bytes);
        await settle(file, path);
      }
      return { sha256, bytes: bytes.length };
    },
    adopt: async (file, name) => {
      const problem = await problemOf(file, name);
      if (problem !== null) {
        await rm(file, { force: true });
        return problem;
      }
      const own = fresh();
      await link(file, own);
      await settle(own, pathOf(name.sha256));
      return null;
    },
    read: ({ sha256, bytes }) => {
      const content = contentOf(pathOf(sha256));
      const found = createHash("sha256").update(content).digest("hex");
      if (found === sha256 && content.length === bytes) return content;
      throw new Fault("store-corrupt", `the blob ${sha256} is damaged`, "Restore the folder from a copy.");
    },
    sizeOf: async (sha256) => sizeOf(pathOf(sha256)),
    pathOf,
  };
}

/** Moves a file to its place for good. */
async function settle(file: string, path: string): Promise<void> {
  const place = dirname(path);
  mkdirSync(place, { recursive: true });
  await synchronise(file);
  await rename(file, path);
  await synchronise(place);
}

/** Why a file is not what a name says; null where it is. */
async function problemOf(file: string, { sha256, bytes }: BlobName): Promise<string | null> {
  const size = await sizeOf(file);
  if (size !== bytes) return `it has ${size ?? 0} bytes, not ${bytes}`;
  return (await hashOf(file)) === sha256 ? null : "its SHA-256 is another";
}

/** Bytes of a file; null where there is none. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}

function contentOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault("store-corrupt", `a blob cannot be read: ${why}`, "Restore the folder from a copy.");
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Resolves when what was written to a file, or which files a folder has, is on the disk. */
async function synchronise(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
