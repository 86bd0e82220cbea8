/**
 * Pages built from their sources with Vite, for coordinators to serve.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { resolve } from "node:path";
import type { BuildOptions, InlineConfig } from "vite";
import { compressFiles } from "./compress-files.ts";

/** What is built, and how it differs from other pages. */
export interface Building extends Pick<InlineConfig, "root" | "oxc" | "worker" | "resolve"> {
  /** What it is, in words. */
  readonly what: string;
  readonly build: Pick<BuildOptions, "rolldownOptions" | "modulePreload">;
  /** Adds files to those that were built, before all are compressed. */
  readonly addTo?: (folder: string) => Promise<void>;
}

/** Builds into `folder`, whose old files go, and resolves to its whole path. Rejects with Fault "output-unwritable". */
export async function buildInto(folder: string, { what, build: own, addTo, ...config }: Building): Promise<string> {
  const outDir = resolve(folder);
  try {
    // Loaded only here: most commands do without.
    const { build } = await import("vite");
    await build({
      ...config,
      base: "./",
      configFile: false,
      logLevel: "silent",
      build: {
        ...own,
        outDir,
        emptyOutDir: true,
        target: "esnext",
        // What is inlined would break the policy that pages are served with.
        assetsInlineLimit: 0,
      },
    });
    await addTo?.(outDir);
    await compressFiles(outDir);
    return outDir;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = "Let the folder be writable; install Potluck with what it depends on.";
    throw new Fault("output-unwritable", `${what} cannot be built in ${outDir}: ${reason}`, remedy);
  }
}
