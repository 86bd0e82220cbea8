/**
 * Blobs that were fetched before: they never change, so that who has one need not fetch it again.
 *
 * @module
 */

/** A cache of blobs by their SHA-256. It may forget whatever it likes. */
export interface BlobCache {
  readonly get: (sha256: string) => Promise<Uint8Array<ArrayBuffer> | null>;
  readonly put: (sha256: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
}

/** So many blobs are remembered: the models of the tasks of a few rounds. */
export const REMEMBERED_BLOBS = 8;

/** A cache in memory: what was used last stays. */
export function memoryCache(limit: number = REMEMBERED_BLOBS): BlobCache {
  const blobs = new Map<string, Uint8Array<ArrayBuffer>>();
  const use = (sha256: string, bytes: Uint8Array<ArrayBuffer>): void => {
    blobs.delete(sha256);
    blobs.set(sha256, bytes);
    for (const oldest of [...blobs.keys()].slice(0, -limit)) blobs.delete(oldest);
  };
  return {
    get: async (sha256) => {
      const known = blobs.get(sha256);
      if (known !== undefined) use(sha256, known);
      return known ?? null;
    },
    put: async (sha256, bytes) => use(sha256, bytes),
  };
}
