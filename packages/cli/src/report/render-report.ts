/**
 * Rendering a report. Charts need a drawing library and a document, which take half a second to load; they are loaded
 * when the first report is rendered and not before.
 *
 * @module
 */
import type { Report } from "./report.ts";

/**
 * `report` as one self-contained HTML page: no script, no network, the same text for the same report. Everything that
 * is drawn is also there as a table.
 */
export async function renderReport(report: Report): Promise<string> {
  const { page } = await import("./page.ts");
  return page(report);
}
