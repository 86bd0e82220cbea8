/**
 * A cache of blobs in the storage of a page's origin, which all of its pages share; a page that is opened again finds them there.
 *
 * @module
 */
import { type BlobCache, memoryCache, REMEMBERED_BLOBS } from "../../blob-cache.ts";
import { sha256Of } from "../../transfers.ts";
import type { DefaultCache } from "../platform.ts";

const NAME = "potluck blobs";

/** What was fetched last is in memory and in storage. Storage that fails is done without. */
export const defaultCache: DefaultCache = (): BlobCache => {
  const memory = memoryCache();
  return {
    get: async (sha256) => {
      const known = await memory.get(sha256);
      if (known !== null) return known;
      const stored = await orNull(async () => read(sha256));
      if (stored !== null) await memory.put(sha256, stored);
      return stored;
    },
    put: async (sha256, bytes) => {
      await memory.put(sha256, bytes);
      await orNull(async () => write(sha256, bytes));
    },
  };
};

async function read(sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const found = await (await caches.open(NAME)).match(addressOf(sha256));
  if (found === undefined) return null;
  const bytes = new Uint8Array(await found.arrayBuffer());
  return (await sha256Of(bytes)) === sha256 ? bytes : null;
}

async function write(sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.put(addressOf(sha256), new Response(bytes));
  const keys = await cache.keys();
  for (const oldest of keys.slice(0, -REMEMBERED_BLOBS)) await cache.delete(oldest);
}

/** Caches know blobs by addresses; nothing is ever asked for there. */
function addressOf(sha256: string): string {
  return `/potluck-blobs/${sha256}`;
}

async function orNull<Result>(act: () => Promise<Result>): Promise<Result | null> {
  try {
    return await act();
  } catch {
    return null;
  }
}
