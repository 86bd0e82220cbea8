/**
 * A page has no files of its own: `#files` in a browser.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { FileAccess } from "../../files/file-access.ts";

/** Refuses everything. */
export const files: FileAccess = {
  read: (path) => refuse(path),
  write: (path) => refuse(path),
  beside: (path) => refuse(path),
};

function refuse(path: string): never {
  throw new Fault(
    "file-missing",
    `"${path}" cannot be reached: a page has no files`,
    "Fetch the bytes and use readModel; give the bytes of writeModel to whoever keeps them.",
  );
}
