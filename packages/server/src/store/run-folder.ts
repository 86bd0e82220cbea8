/**
 * Where a coordinator keeps a run.
 *
 * @module
 */
import { join } from "node:path";

/** The folder of a run, which holds its journal and the uploads that are under way. */
export function runFolder(folder: string, run: string): string {
  return join(folder, "runs", run);
}
