/**
 * The top of the page: what was run, how it ended, and the numbers that come first.
 *
 * @module
 */
import { bytes, count, counted, decimal, duration, percent } from "@potluck/comparison";
import { runTime, wholeTime } from "../clock-words.ts";
import { type Html, html } from "../html.ts";
import type { Report } from "../report.ts";

/** Title, ending and first numbers of the run. */
export function headline(report: Report): Html {
  const { title, run, seed, headline: numbers } = report;
  return html`<header>
    <p class="run">Potluck run <code>${run}</code>, seed ${seed}</p>
    <h1>${title}</h1>
    ${ending(report)} ${warned(report)}
    <dl class="numbers">
      ${heldOut(report)} ${number("versions", count(numbers.rounds))}
      ${number(runTime(report), duration(numbers.virtualSeconds))}
      ${number(wholeTime(report), duration(numbers.wallSeconds))} ${number("up", bytes(numbers.bytesUp))}
      ${number("down", bytes(numbers.bytesDown))}
    </dl>
  </header>`;
}

/** Accuracy and loss; of a loss that has no accuracy, the loss and R². */
function heldOut({ evaluations, headline: { testAccuracy, testLoss } }: Report): readonly Html[] {
  if (evaluations.every(({ accuracy }) => accuracy !== null)) {
    return [number("test accuracy", percent(testAccuracy), "first"), number("test loss", decimal(testLoss))];
  }
  const r2 = testLoss === null ? undefined : evaluations.at(-1)?.r2;
  return [
    number("test loss", decimal(testLoss), "first"),
    ...(r2 === undefined ? [] : [number("test R²", decimal(r2))]),
  ];
}

function ending({ status, reason, headline: { rounds } }: Report): Html {
  if (status === "finished") return html`<p class="ending">Finished: ${reason}.</p>`;
  return html`<p class="ending interrupted">
    <strong>${status === "stalled" ? "Stalled" : "Interrupted"}</strong> after ${counted(rounds, "version")}: ${reason}.
    All that follows is the run up to then.
  </p>`;
}

function warned({ warnings = [] }: Report): readonly Html[] {
  return warnings.map(
    ({ sentence, remedy }) => html`<p class="ending interrupted"><strong>Warning</strong>: ${sentence}. ${remedy}</p>`,
  );
}

function number(name: string, value: string, kind = ""): Html {
  return html`<div class="${kind}">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
