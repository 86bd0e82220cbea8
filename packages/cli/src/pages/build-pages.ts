/**
 * The client for browsers and the page that joins with it, built from their sources into a folder.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compressFiles } from "./compress-files.ts";
import { buildFault } from "./build-fault.ts";

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
    await compressFiles(outDir);
    return outDir;
  } catch (error) {
    throw buildFault("the pages of the client", outDir, error);
  }
}
