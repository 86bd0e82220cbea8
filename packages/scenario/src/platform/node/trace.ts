/**
 * Node's file system: `#trace` in Node.
 *
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import type { TraceFiles } from "../../fleet/trace-files.ts";

/** Files on the disk. */
export const trace: TraceFiles = {
  sizeBytes: async (path) => (await stat(path)).size,
  read: async (path) => readFile(path),
};
