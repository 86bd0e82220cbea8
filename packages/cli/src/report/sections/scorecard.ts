/**
 * The scorecard: the four enemies, and what each has scored.
 *
 * @module
 */
import { bytes, decimal, duration, NOT_MEASURED, percent } from "@potluck/comparison";
import type { Enemy } from "@potluck/core";
import { type Clocked, clockWord } from "../clock-words.ts";
import { type Html, html } from "../html.ts";
import type { Report, ReportEnemy, ReportScore } from "../report.ts";

const QUESTIONS: Readonly<Record<Enemy, string>> = {
  starvation: "Whom did training never feed on?",
  delay: "What was waited for, and what came too late?",
  "unfair share": "Whose work and voice are out of line with their data?",
  bottleneck: "What had to go through the links?",
};

/** The section of the scorecard. */
export function scorecard(report: Report): Html {
  return html`<section>
    <h2>Scorecard: the four enemies</h2>
    ${report.scorecard.length === 0 ? html`<p class="empty">Nothing was scored.</p>` : null}
    <div class="enemies">${report.scorecard.map((enemy) => enemyHtml(enemy, report))}</div>
  </section>`;
}

function enemyHtml({ enemy, scores }: ReportEnemy, run: Clocked): Html {
  return html`<article>
    <h3>${enemy}</h3>
    <p class="question">${QUESTIONS[enemy]}</p>
    <dl>${scores.map((score) => scoreHtml(score, run))}</dl>
  </article>`;
}

function scoreHtml(score: ReportScore, run: Clocked): Html {
  return html`<div>
    <dt>${score.name}</dt>
    <dd class="value">${valueOf(score, run)}</dd>
    <dd>${score.meaning}</dd>
  </div> `;
}

function valueOf({ value, absent, unit }: ReportScore, run: Clocked): string {
  if (value === null) return absent ?? NOT_MEASURED;
  if (unit === "share") return percent(value);
  if (unit === "seconds") return `${duration(value)} (${clockWord(run)})`;
  if (unit === "bytes") return bytes(value);
  return `${decimal(value)} ${unit}`.trim();
}
