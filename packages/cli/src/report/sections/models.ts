/**
 * The models of a run that trains several.
 *
 * @module
 */
import { decimal, percent } from "@potluck/comparison";
import { type Html, html } from "../html.ts";
import type { Report, ReportModel } from "../report.ts";
import { tableHtml } from "../table.ts";

/** The section of the models; nothing where there is one. */
export function modelsSection({ models }: Report): Html {
  if (models === undefined) return html``;
  return html`<section>
    <h2>The models</h2>
    <p>
      They were trained side by side. All figures above are of the best of them, chosen by its loss on held-out data: on
      other data it will do a little worse.
    </p>
    ${tableHtml({
      caption: "Each model at the end",
      columns: ["model", "optimizer", "version", "accuracy", "loss", ""],
      rows: models.map(rowOf),
    })}
  </section>`;
}

function rowOf({ number, optimizer, version, accuracy, loss, isBest }: ReportModel): readonly string[] {
  return [String(number), optimizer, String(version), percent(accuracy), decimal(loss), isBest ? "best" : ""];
}
