/**
 * The page of a comparison: verdicts, numbers, curves, what was compared, and how to get it again.
 *
 * @module
 */
import {
  type Comparison,
  counted,
  dataSentence,
  forArms,
  glanceTable,
  introductionTo,
  type LeftOut,
  leftOutTable,
  type ModelMoment,
  momentTable,
  runsTable,
  type ScoreRow,
  scoreRows,
  scoresSentence,
  seedsOf,
  settingsTable,
  unmeasuredSentence,
  type VerdictText,
  verdictTexts,
  warningsOfArms,
} from "@potluck/comparison";
import { csvLink } from "../csv.ts";
import { documentOf } from "../document.ts";
import { figuresHtml } from "../figure.ts";
import { type Html, html } from "../html.ts";
import { tableHtml } from "../table.ts";
import { accuracyCurves } from "./accuracy-curves.ts";
import { bytesFigure } from "./bytes-figure.ts";
import { clientAccuracyFigure, participationFigure, stalenessFigure } from "./distributions.ts";
import { areWithoutAccuracy, lossCurves } from "./loss-curves.ts";
import { objectiveFigures } from "./objective-figure.ts";

/** What the page is about. */
export interface ComparisonAbout {
  readonly title: string;
  /** The command line that writes the page again. */
  readonly command: string;
  /** The command line that runs a run again, with "<run>" for its id. */
  readonly rerun: string;
  /** Runs that should have been compared, and could not be; none unless given. */
  readonly leftOut?: readonly LeftOut[];
}

/** The whole document. */
export function comparisonPage(comparison: Comparison, about: ComparisonAbout): string {
  const { arms } = comparison;
  const { title } = about;
  const judged = areWithoutAccuracy(arms) ? lossCurves(arms) : [...accuracyCurves(arms), clientAccuracyFigure(arms)];
  const figures = [
    ...judged,
    participationFigure(arms),
    stalenessFigure(arms),
    ...objectiveFigures(arms),
    bytesFigure(arms),
  ];
  return documentOf(
    title,
    html`${head(comparison, title)}
      <main>
        ${momentsHtml(comparison)} ${figuresHtml(figures)} ${scoresHtml(comparison)} ${setupHtml(comparison)}
        ${againHtml(comparison, about)}
      </main>`,
  );
}

function glanceHtml(comparison: Comparison): Html | string {
  const table = glanceTable(comparison);
  return table === null ? "" : tableHtml(table);
}

function head(comparison: Comparison, title: string): Html {
  const { arms } = comparison;
  return html`<header>
    <p class="run">Potluck comparison, ${counted(arms.length, "arm")}, seeds ${seedsOf(arms).join(", ")}</p>
    <h1>${title}</h1>
    <p class="ending">${introductionTo(comparison)}</p>
    ${warned(comparison)} ${glanceHtml(comparison)}
    <dl class="parts verdicts">${verdictTexts(comparison).map(verdictHtml)}</dl>
  </header>`;
}

function warned({ arms }: Comparison): readonly Html[] {
  return warningsOfArms(arms).map(
    (warning) =>
      html`<p class="ending interrupted">
        <strong>Warning</strong>${forArms(warning, arms.length)}: ${warning.sentence}. ${warning.remedy}
      </p>`,
  );
}

function verdictHtml({ arm, losses, none }: VerdictText): Html {
  const entries = losses.map(({ enemy, text }) => html`<li><strong>${enemy}</strong>: ${text}</li> `);
  return html`<div>
    <dt>${arm} loses to</dt>
    <dd>
      ${
        entries.length === 0
          ? none
          : html`<ul>
              ${entries}
            </ul>`
      }
    </dd>
  </div> `;
}

const MOMENTS: readonly ModelMoment[] = ["time", "bytes", "end"];

function momentsHtml(comparison: Comparison): Html {
  return html`<section>
    <h2>Who is ahead</h2>
    <p>
      Each run counts with its last measurement up to the moment; nothing is interpolated. Differences are from
      <strong>${comparison.arms[0].name}</strong>. ${unmeasuredSentence(comparison)}
    </p>
    ${MOMENTS.map((moment) => tableHtml(momentTable(comparison, moment)))} ${csvLink(numbersData(comparison))}
  </section>`;
}

/** Every number of every run. */
function numbersData({ arms, rows }: Comparison): Parameters<typeof csvLink>[0] {
  const seeds = seedsOf(arms);
  return {
    name: "numbers",
    columns: ["number", "unit", "better", "arm", "seed", "value", "measured"],
    rows: rows.flatMap(({ metric: { key, unit, better }, standings }) =>
      standings.flatMap(({ arm, values, measured }) =>
        values.map((value, at) => [key, unit, better, arm, seeds[at] ?? null, value, String(measured[at] ?? false)]),
      ),
    ),
  };
}

function scoresHtml(comparison: Comparison): Html {
  const { arms } = comparison;
  const shown = scoreRows(comparison);
  const hasNotes = shown.some(({ rows }) => rows.some(({ note }) => note !== ""));
  const bodies = shown.map(
    ({ enemy, rows }) =>
      html`<tbody>
        <tr class="enemy">
          <th scope="rowgroup" colspan="${arms.length + (hasNotes ? 3 : 2)}">${enemy}</th>
        </tr>
        ${rows.map((row) => scoreRowHtml(row, hasNotes))}
      </tbody> `,
  );
  const heads = arms.map(({ name }) => html`<th scope="col">${name}</th>`);
  return html`<section>
    <h2>Scorecards side by side</h2>
    <p>${scoresSentence(comparison)}</p>
    <div class="scroll whole" tabindex="0" role="region" aria-label="Scorecards">
      <table>
        <thead>
          <tr>
            <th scope="col">score</th>
            <th scope="col">when</th>
            ${heads} ${hasNotes ? html`<td></td>` : ""}
          </tr>
        </thead>
        ${bodies}
      </table>
    </div>
  </section>`;
}

function scoreRowHtml({ name, when, cells, note }: ScoreRow, hasNotes: boolean): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="when">${when}</td>
    ${cells.map(({ text, mark }) => html`<td class="${mark ?? ""}">${text}</td>`)}
    ${hasNotes ? html`<td class="when">${note}</td>` : ""}
  </tr> `;
}

function setupHtml(comparison: Comparison): Html {
  const settings = settingsTable(comparison);
  return html`<section>
    <h2>What was compared</h2>
    ${settings === null ? html`<p>All arms have the same settings.</p>` : tableHtml(settings)}
    <p>${dataSentence(comparison)}</p>
  </section>`;
}

function againHtml(comparison: Comparison, { command, rerun, leftOut = [] }: ComparisonAbout): Html {
  const lost = leftOutTable(leftOut);
  return html`<section>
    <h2>Again</h2>
    <pre><code>${command}</code></pre>
    <p>Each run can be run again to the same model: <code>${rerun}</code>.</p>
    ${tableHtml(runsTable(comparison))} ${lost === null ? "" : tableHtml(lost)}
  </section>`;
}
