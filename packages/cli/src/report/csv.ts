/**
 * Comma-separated values (RFC 4180) in a link: the page holds the file itself.
 *
 * @module
 */
import type { ChartData } from "./charts/chart.ts";
import { type Html, html } from "./html.ts";

/** The link that saves the numbers of a drawing. */
export function csvLink(data: ChartData): Html {
  const address = `data:text/csv;charset=utf-8,${encodeURIComponent(csvText(data))}`;
  return html`<p class="data"><a download="${data.name}.csv" href="${address}">Data as CSV</a></p>`;
}

/** The file. */
export function csvText({ columns, rows }: ChartData): string {
  return [columns, ...rows].map((cells) => `${cells.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: string | number | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
