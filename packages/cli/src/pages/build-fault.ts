/**
 * What it is when pages cannot be built.
 *
 * @module
 */
import { Fault } from "@potluck/core";

/** Fault "output-unwritable" for `what` that was to be built in `folder`. */
export function buildFault(what: string, folder: string, error: unknown): Fault {
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = "Let the folder be writable; install Potluck with what it depends on.";
  return new Fault("output-unwritable", `${what} cannot be built in ${folder}: ${reason}`, remedy);
}
