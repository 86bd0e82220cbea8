/**
 * The page of a comparison: verdicts, numbers, curves, what was compared, and how to get it again.
 *
 * @module
 */
import type { Enemy } from "@potluck/core";
import { standingText } from "../../comparison/amounts.ts";
import { seedsOf } from "../../comparison/arms.ts";
import type { Comparison } from "../../comparison/comparison.ts";
import { contrasts, pairingSentence } from "../../comparison/contrasts.ts";
import { glanceTable } from "../../comparison/glance-table.ts";
import { type Metric, moments } from "../../comparison/metrics.ts";
import type { LeftOut } from "../../comparison/recorded-arms.ts";
import { bestOf, type Row, type Standing } from "../../comparison/standings.ts";
import type { Verdict } from "../../comparison/verdicts.ts";
import { forArms, warningsOfArms } from "../../comparison/warned-arms.ts";
import {
  cellsOf,
  lossText,
  meanAndSpread,
  momentText,
  NOT_COMPARABLE,
  noLossText,
  type ScoreLine,
  scoreLines,
  unmeasuredSentence,
} from "../../comparison/words.ts";
import { csvLink } from "../csv.ts";
import { documentOf } from "../document.ts";
import { figuresHtml } from "../figure.ts";
import { bytes, counted, duration } from "../format.ts";
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
  const { arms, verdicts } = comparison;
  const seeds = seedsOf(arms);
  return html`<header>
    <p class="run">Potluck comparison, ${counted(arms.length, "arm")}, seeds ${seeds.join(", ")}</p>
    <h1>${title}</h1>
    <p class="ending">${pairingSentence(arms)} ${spreadSentence(seeds.length)} All times are virtual.</p>
    ${warned(comparison)} ${glanceHtml(comparison)}
    <dl class="parts verdicts">${verdicts.map((verdict) => verdictHtml(verdict, seeds.length))}</dl>
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

function spreadSentence(seeds: number): string {
  return seeds === 1
    ? "One seed tells no spread and no interval, and decides nothing."
    : "Numbers are means ± the standard deviation over seeds; differences are paired by seed, with the 95 % interval of Student's t.";
}

function verdictHtml({ arm, losses }: Verdict, seeds: number): Html {
  const byEnemy = [...Map.groupBy(losses, ({ enemy }) => enemy)];
  const entries = byEnemy.map(
    ([enemy, lost]) => html`<li><strong>${enemy}</strong>: ${lost.map(lossText).join("; ")}</li> `,
  );
  return html`<div>
    <dt>${arm} loses to</dt>
    <dd>
      ${
        entries.length === 0
          ? noLossText(seeds)
          : html`<ul>
              ${entries}
            </ul>`
      }
    </dd>
  </div> `;
}

function momentsHtml(comparison: Comparison): Html {
  const { ends, arms } = comparison;
  const shown: readonly (readonly [string, readonly Metric[]])[] = [
    [`At equal virtual time: ${duration(ends.virtualSeconds)}, where the first run ends`, moments.time],
    [`At equal bytes: ${bytes(ends.bytes)} both ways, all that the thriftiest run sent`, moments.bytes],
    ["At the end of each run", moments.end],
  ];
  const tables = shown.map(([caption, metrics]) => momentHtml(comparison, caption, metrics));
  return html`<section>
    <h2>Who is ahead</h2>
    <p>
      Each run counts with its last measurement up to the moment; nothing is interpolated. Differences are from
      <strong>${arms[0].name}</strong>. ${unmeasuredSentence(comparison)}
    </p>
    ${tables} ${csvLink(numbersData(comparison))}
  </section>`;
}

function momentHtml(comparison: Comparison, caption: string, metrics: readonly Metric[]): Html {
  const shown = cellsOf(comparison, metrics);
  return tableHtml({
    caption,
    columns: ["arm", ...shown.flatMap(({ metric: { name } }) => [name, "difference"])],
    rows: comparison.arms.map(({ name }, at) => [name, ...shown.flatMap(({ cells }) => cells[at] ?? [])]),
  });
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

const ENEMIES: readonly Enemy[] = ["starvation", "delay", "unfair share", "bottleneck"];

function scoresHtml(comparison: Comparison): Html {
  const { arms, ends } = comparison;
  const shown = scoreLines(comparison);
  const hasNotes = shown.some(({ note }) => note !== "");
  const bodies = ENEMIES.map((enemy) => {
    const own = shown.filter(({ metric }) => metric.enemy === enemy);
    return html`<tbody>
      <tr class="enemy">
        <th scope="rowgroup" colspan="${arms.length + (hasNotes ? 3 : 2)}">${enemy}</th>
      </tr>
      ${own.map((line) => scoreRow(line, comparison, hasNotes))}
    </tbody> `;
  });
  const heads = arms.map(({ name }) => html`<th scope="col">${name}</th>`);
  return html`<section>
    <h2>Scorecards side by side</h2>
    <p>
      What adds up over a run is read at equal updates: ${counted(ends.updates, "update")} in a model, all that the run
      with fewest used. The best of a row is bold; a score is red where another arm is better, or gets there on more
      seeds, at the 5% level, corrected for the number of scores.
    </p>
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

function scoreRow({ metric, row, note }: ScoreLine, comparison: Comparison, hasNotes: boolean): Html {
  return html`<tr>
    <th scope="row">${metric.name}${metric.unit === "seconds" ? " (virtual)" : ""}</th>
    <td class="when">${momentText(metric, comparison.ends)}</td>
    ${row === null ? comparison.arms.map(() => html`<td>${NOT_COMPARABLE}</td>`) : scoreCells(row, comparison)}
    ${hasNotes ? html`<td class="when">${note}</td>` : ""}
  </tr> `;
}

function scoreCells({ metric, standings }: Row, { verdicts }: Comparison): readonly Html[] {
  const best = bestOf(metric, standings);
  const isAsGood = (standing: Standing): boolean =>
    best !== undefined && standingText(metric, standing) === standingText(metric, best);
  const isOpen = standings.every(isAsGood) || standings.some(({ measured }) => measured.includes(false));
  return standings.map((standing) => {
    const verdict = verdicts.find(({ arm }) => arm === standing.arm);
    const isLost = verdict?.losses.some((loss) => loss.metric === metric) === true;
    const isBest = !isOpen && isAsGood(standing);
    return html`<td class="${isLost ? "lost" : isBest ? "best" : ""}">${meanAndSpread(metric, standing)}</td>`;
  });
}

function setupHtml({ arms }: Comparison): Html {
  const different = contrasts(arms);
  const names = arms.map(({ name }) => name);
  const { outcome } = arms[0].runs[0];
  return html`<section>
    <h2>What was compared</h2>
    ${
      different.length === 0
        ? html`<p>All arms have the same settings.</p>`
        : tableHtml({
            caption: "Settings in which the arms, or their runs, differ",
            columns: ["setting", ...names],
            rows: different.map(({ setting, values }) => [setting, ...values.map((value) => value ?? "")]),
          })
    }
    <p>
      ${outcome.data.name}: ${counted(outcome.data.trainExamples, "training example")} among
      ${counted(outcome.clients.length, "client")} (arm ${arms[0].name}, seed ${outcome.seed}).
    </p>
  </section>`;
}

function againHtml({ arms }: Comparison, { command, rerun, leftOut = [] }: ComparisonAbout): Html {
  const rows = arms.flatMap(({ name, runs }) =>
    runs.map(({ run, seed, outcome }) => [run, name, String(seed), outcome.status, outcome.modelHash.slice(0, 16)]),
  );
  return html`<section>
    <h2>Again</h2>
    <pre><code>${command}</code></pre>
    <p>Each run can be run again to the same model: <code>${rerun}</code>.</p>
    ${tableHtml({ caption: "Runs", columns: ["run", "arm", "seed", "status", "model hash"], rows })}
    ${leftOut.length === 0 ? "" : leftOutHtml(leftOut)}
  </section>`;
}

function leftOutHtml(leftOut: readonly LeftOut[]): Html {
  const rows = leftOut.map(({ run, arm, seed, why }) => [run, arm, String(seed), why]);
  return tableHtml({ caption: "Runs that are left out", columns: ["run", "arm", "seed", "why"], rows });
}
