/**
 * Tables: the numbers behind a chart, for whoever cannot see it or wants to know exactly.
 *
 * @module
 */
import type { Table } from "@potluck/comparison";
import { type Html, html } from "./html.ts";

/** The table, which scrolls sideways where the screen is narrow. */
export function tableHtml({ caption, columns, rows }: Table): Html {
  const heads = columns.map((column) => html`<th scope="col">${column}</th>`);
  const body = rows.map(
    ([first, ...rest]) =>
      html`<tr>
        <th scope="row">${first ?? ""}</th>
        ${rest.map((cell) => html`<td>${cell}</td>`)}
      </tr> `,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}

/** The table behind a line that opens it. */
export function foldedTable(table: Table): Html {
  return html`<details>
    <summary>Numbers as a table</summary>
    ${tableHtml(table)}
  </details>`;
}
