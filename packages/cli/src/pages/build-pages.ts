/**
 * The client for browsers and the page that joins with it, built from their sources into a folder.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

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
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = "Let the folder be writable; install Potluck with what it depends on.";
    throw new Fault("output-unwritable", `the pages of the client cannot be built in ${outDir}: ${reason}`, remedy);
  }
}

/** Smaller files are sent as they are. */
const COMPRESSED_BYTES = 1024;

const compressed = promisify(gzip);

/** Writes each file once more, compressed, as `<name>.gz`: WebAssembly shrinks to a quarter. */
async function compressFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (bytes.length >= COMPRESSED_BYTES) await writeFile(`${path}.gz`, await compressed(bytes));
  }
}
