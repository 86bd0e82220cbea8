/**
 * A page has no files of its own: `#disk` in a browser.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { Disk } from "../../source/disk.ts";

/** Refuses everything but to speak of paths. */
export const disk: Disk = {
  open: async (path) => refuse(path),
  list: async (folder) => refuse(folder),
  resolve: (...parts) => parts.join("/"),
  nameOf: (path) => path.split("/").at(-1) ?? path,
  installed: (request) => refuse(request),
};

function refuse(path: string): never {
  const remedy = "Choose data that is made rather than read, or run the scenario with the command line.";
  throw new Fault("file-missing", `"${path}" cannot be reached: a page has no files`, remedy);
}
