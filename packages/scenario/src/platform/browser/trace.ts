/**
 * A page has no files of its own: `#trace` in a browser.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { TraceFiles } from "../../fleet/trace-files.ts";

/** Refuses everything. */
export const trace: TraceFiles = {
  sizeBytes: async (path) => refuse(path),
  read: async (path) => refuse(path),
};

function refuse(path: string): never {
  const remedy = "Choose a fleet that is drawn rather than read, or run the scenario with the command line.";
  throw new Fault("file-missing", `"${path}" cannot be reached: a page has no files`, remedy);
}
