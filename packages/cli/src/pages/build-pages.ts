/**
 * The client for browsers and the page that joins with it, built from their sources into a folder.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the sources of the pages are. */
const PAGES = join(dirname(fileURLToPath(import.meta.resolve("@potluck/client"))), "page");

/** Builds into `folder`, whose old files go, and resolves to its whole path. It takes some seconds. Rejects with Fault "output-unwritable". */
export async function buildPages(folder: string): Promise<string> {
  const outDir = resolve(folder);
  try {
    // Loaded only here: most commands do without.
    const { build } = await import("vite");
    await build({
      root: PAGES,
      base: "./",
      configFile: false,
      logLevel: "silent",
      worker: { format: "es" },
      build: {
        outDir,
        emptyOutDir: true,
        target: "esnext",
        // What is inlined would break the policy that pages are served with.
        assetsInlineLimit: 0,
        rolldownOptions: {
          input: { join: join(PAGES, "join.html"), potluck: join(PAGES, "potluck.ts") },
          preserveEntrySignatures: "exports-only",
          output: { entryFileNames: ({ name }) => (name === "potluck" ? "potluck.js" : "assets/[name]-[hash].js") },
        },
      },
    });
    return outDir;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = "Let the folder be writable; install Potluck with what it depends on.";
    throw new Fault("output-unwritable", `the pages of the client cannot be built in ${outDir}: ${reason}`, remedy);
  }
}
