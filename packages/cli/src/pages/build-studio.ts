/**
 * The studio, built from its sources into a folder, with the catalogue beside it.
 *
 * @module
 */
import { studioPage } from "@potluck/studio";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildFault } from "./build-fault.ts";
import { compressFiles } from "./compress-files.ts";
import { methodsCatalogue } from "./methods-catalogue.ts";

/** Builds into `folder`, whose old files go, and resolves to its whole path. It takes a second or two. Rejects with Fault "output-unwritable". */
export async function buildStudio(folder: string): Promise<string> {
  const outDir = resolve(folder);
  try {
    // Loaded only here: most commands do without.
    const { build } = await import("vite");
    await build({
      root: studioPage,
      base: "./",
      configFile: false,
      logLevel: "silent",
      oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
      build: {
        outDir,
        emptyOutDir: true,
        target: "esnext",
        // What is inlined would break the policy that pages are served with.
        assetsInlineLimit: 0,
        modulePreload: false,
      },
    });
    await writeFile(join(outDir, "methods.json"), JSON.stringify(await methodsCatalogue()));
    await compressFiles(outDir);
    return outDir;
  } catch (error) {
    throw buildFault("the studio", outDir, error);
  }
}
