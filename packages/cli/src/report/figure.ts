/**
 * A chart on the page: heading, note, the drawing at two widths of which the style sheet shows one, legend and table.
 *
 * @module
 */
import type { Figure } from "./charts/chart.ts";
import { csvLink } from "./csv.ts";
import { svg } from "./drawing.ts";
import { type Html, html } from "./html.ts";
import { foldedTable } from "./table.ts";

/** Widths of the drawings in pixels: for a page beside its notes, and for a phone. */
const WIDE = 680;
const NARROW = 344;

/** The sections of the charts; those that have nothing to draw share one that says why. */
export function figuresHtml(figures: readonly Figure[]): Html {
  const missing = figures.filter(({ draw }) => draw === null);
  return html`${figures.map(figureHtml)} ${missing.length === 0 ? null : missingHtml(missing)}`;
}

function missingHtml(missing: readonly Figure[]): Html {
  const entries = missing.map(({ title, note }) => html`<li>${title}: <span class="empty">${note}</span></li>`);
  return html`<section>
    <h2>Not drawn</h2>
    <ul>
      ${entries}
    </ul>
  </section>`;
}

function figureHtml({ title, note, draw, legend, table, data }: Figure): Html {
  if (draw === null) return html``;
  const label = `${title}. ${note}`;
  return html`<section>
    <h2>${title}</h2>
    <figure>
      <div class="wide">${svg(draw(WIDE), label)}</div>
      <div class="narrow">${svg(draw(NARROW), label)}</div>
      ${legend ?? null}
      <figcaption>${note}</figcaption>
    </figure>
    ${table === undefined ? null : foldedTable(table)} ${data === undefined ? null : csvLink(data)}
  </section>`;
}
