/**
 * The files that make up the product: all of the repository except what is installed, built or measured.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

const NOT_OURS: ReadonlySet<string> = new Set([".git", "node_modules", "dist", "runs", "coverage", "bench/results"]);

/** Paths of all product files below `root`, relative to it, with forward slashes, in alphabetical order. */
export function productFiles(root: string): readonly string[] {
  return below(root, "").toSorted();
}

function below(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.has(entry.name) || NOT_OURS.has(path) || entry.isSymbolicLink()) return [];
    return entry.isDirectory() ? below(root, path) : [path];
  });
}
