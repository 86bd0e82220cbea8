/**
 * How to get the same run again, and what lies beside the report.
 *
 * @module
 */
import { bytes } from "@potluck/comparison";
import { type Html, html } from "../html.ts";
import type { Report, ReportFile } from "../report.ts";

/** The section of command, hash and files. */
export function reproduce({ command, headline, files }: Report): Html {
  return html`<section>
    <h2>Run it again</h2>
    <pre><code>${command}</code></pre>
    <p>${hashSentence(headline.modelHash)}</p>
    ${
      files.length === 0
        ? null
        : html`<ul class="files">
            ${files.map(fileHtml)}
          </ul>`
    }
  </section>`;
}

function hashSentence(hash: string | null): Html {
  if (hash === null) return html`The run left no model.`;
  return html`The same seed gives the same model, whatever the number of workers. Its hash is
    <code class="hash">${hash}</code>.`;
}

/** The link is relative and always to a file in the report's own folder. */
function fileHtml({ name, about, sizeBytes }: ReportFile): Html {
  return html`<li><a href="./${encodeURIComponent(name)}">${name}</a> (${bytes(sizeBytes)}): ${about}</li> `;
}
