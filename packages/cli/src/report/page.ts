/**
 * The page: the sections of a report in their order, in one HTML document that needs nothing else.
 *
 * @module
 */
import { accuracyChart } from "./charts/accuracy.ts";
import { bytesPerVersionChart } from "./charts/bytes-per-version.ts";
import { bytesSpentChart } from "./charts/bytes-spent.ts";
import { bytesTotalChart } from "./charts/bytes-total.ts";
import type { Chart } from "./charts/chart.ts";
import { classAccuracyChart } from "./charts/class-accuracy.ts";
import { clientAccuracyChart } from "./charts/client-accuracy.ts";
import { codedTasksChart } from "./charts/coded-tasks.ts";
import { contributionChart } from "./charts/contribution.ts";
import { lossChart } from "./charts/loss.ts";
import { objectiveChart } from "./charts/objective.ts";
import { participationChart } from "./charts/participation.ts";
import { scoresChart } from "./charts/scores.ts";
import { stalenessChart } from "./charts/staleness.ts";
import { documentOf } from "./document.ts";
import { figuresHtml } from "./figure.ts";
import { html } from "./html.ts";
import type { Report } from "./report.ts";
import { headline } from "./sections/headline.ts";
import { modelsSection } from "./sections/models.ts";
import { reproduce } from "./sections/reproduce.ts";
import { scorecard } from "./sections/scorecard.ts";
import { setup } from "./sections/setup.ts";

/** The charts in the order of the page. Those of accuracies are left out where the loss has none. */
function chartsOf({ evaluations, tasks, spent }: Report): readonly Chart[] {
  const hasAccuracy = evaluations.every(({ accuracy }) => accuracy !== null);
  return [
    hasAccuracy ? accuracyChart : lossChart,
    ...(tasks === undefined ? [] : [codedTasksChart]),
    scoresChart,
    participationChart,
    stalenessChart,
    objectiveChart,
    contributionChart,
    ...(hasAccuracy ? [clientAccuracyChart, classAccuracyChart] : []),
    bytesTotalChart,
    bytesPerVersionChart,
    ...(spent === undefined ? [] : [bytesSpentChart]),
  ];
}

/** The whole document. */
export function page(report: Report): string {
  return documentOf(
    report.title,
    html`${headline(report)}
      <main>
        ${figuresHtml(chartsOf(report).map((chart) => chart(report)))} ${modelsSection(report)} ${scorecard(report)}
        ${setup(report)} ${reproduce(report)}
      </main>`,
  );
}
