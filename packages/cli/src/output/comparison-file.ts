/**
 * The report of a comparison as a file.
 *
 * @module
 */
import type { Comparison } from "@potluck/comparison";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ComparisonAbout } from "../report/comparison/comparison-page.ts";
import { renderComparison } from "../report/comparison/render-comparison.ts";
import type { RunStore } from "../store/run-store.ts";
import { potluckLine } from "./shell-command.ts";
import { writeWhole, writing } from "./writing.ts";

/** Where a comparison's report goes. */
export interface ReportPlace {
  readonly store: RunStore;
  readonly experiment: string;
  /** The file that the user chose, or undefined for one in the store. */
  readonly out: string | undefined;
}

/** Writes the report of a comparison and says where. Throws Fault "output-unwritable". */
export async function writeComparison(
  comparison: Comparison,
  about: Omit<ComparisonAbout, "rerun">,
  { store, experiment, out }: ReportPlace,
): Promise<string> {
  const rerun = `${potluckLine(["rerun"], store.folder)} <run>`;
  return writePage(
    await renderComparison(comparison, { ...about, rerun }),
    out ?? join(store.folder, `${experiment}.html`),
  );
}

/** Writes a page, which is there whole or not at all, and says where. Throws Fault "output-unwritable". */
export function writePage(page: string, path: string): string {
  writing(path, () => mkdirSync(dirname(path), { recursive: true }));
  writeWhole(path, page);
  return path;
}
