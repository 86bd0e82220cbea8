/**
 * Node's file system: `#disk` in Node.
 *
 * @module
 */
import { open, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import type { Disk } from "../../source/disk.ts";

/** Files on the disk. */
export const disk: Disk = {
  open: async (path) => {
    const file = await open(path);
    const information = await file.stat();
    return {
      isFile: information.isFile(),
      sizeBytes: information.size,
      read: async (bytes, at) => (await file.read(bytes, 0, bytes.length, at)).bytesRead,
      close: async () => file.close(),
    };
  },
  list: async (folder) => readdir(folder),
  resolve,
  nameOf: (path) => basename(path),
  installed: (request) => createRequire(import.meta.url).resolve(request),
};
