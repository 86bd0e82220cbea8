/**
 * The client for browsers and the page that joins with it, built from their sources into a folder.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildInto } from "./build-into.ts";

/** Where the sources of the pages are. */
const PAGES = join(dirname(fileURLToPath(import.meta.resolve("@potluck/client"))), "page");

/** Builds into `folder`, whose old files go, and resolves to its whole path. It takes some seconds. Rejects with Fault "output-unwritable". */
export async function buildPages(folder: string): Promise<string> {
  return buildInto(folder, {
    what: "the pages of the client",
    root: PAGES,
    worker: { format: "es" },
    build: {
      rolldownOptions: {
        input: { join: join(PAGES, "join.html"), potluck: join(PAGES, "potluck.ts") },
        preserveEntrySignatures: "exports-only",
        output: { entryFileNames: ({ name }) => (name === "potluck" ? "potluck.js" : "assets/[name]-[hash].js") },
      },
    },
  });
}
