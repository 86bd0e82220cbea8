/**
 * Rendering a comparison. Like reports of runs, it loads the drawing library when the first page is wanted.
 *
 * @module
 */
import type { Comparison } from "@potluck/comparison";
import type { ComparisonAbout } from "./comparison-page.ts";

/** The comparison as one self-contained HTML page: no script, no network, the same text for the same runs. */
export async function renderComparison(comparison: Comparison, about: ComparisonAbout): Promise<string> {
  const { comparisonPage } = await import("./comparison-page.ts");
  return comparisonPage(comparison, about);
}
