/**
 * Accuracy per class: what the model has and has not been fed on.
 *
 * @module
 */
import { largest, clipped, count, percent } from "@potluck/comparison";
import { axisX, axisY, barX, gridX, type PlotOptions, ruleX, text } from "@observablehq/plot";
import type { Report, ReportClass } from "../report.ts";
import { ALERT, CLASSES_SHOWN_LIMIT, type Figure, frame, INK, MAIN, MUTED, RULE } from "./chart.ts";

/** A class whose accuracy was measured. */
type Measured = ReportClass & { readonly accuracy: number };

/** The chart of accuracy per class. */
export function classAccuracyChart({ classes }: Report): Figure {
  const measured = classes.filter((entry): entry is Measured => entry.accuracy !== null);
  const worst = [...measured].sort((a, b) => a.accuracy - b.accuracy).slice(0, CLASSES_SHOWN_LIMIT);
  const shown = measured.filter((entry) => worst.includes(entry));
  return {
    title: "Accuracy per class",
    note: noteOf(worst, measured.length),
    draw: shown.length === 0 ? null : (width) => plotOf(shown, worst[0], width),
    table: {
      caption: "Accuracy per class on held-out data",
      columns: ["class", "examples", "accuracy"],
      rows: classes.map(({ label, examples, accuracy }) => [label, count(examples), percent(accuracy)]),
    },
    data: {
      name: "class-accuracy",
      columns: ["class", "examples", "accuracy"],
      rows: classes.map(({ label, examples, accuracy }) => [label, examples, accuracy]),
    },
  };
}

function noteOf(worst: readonly Measured[], measured: number): string {
  const [first] = worst;
  if (first === undefined) return "Accuracy per class was not measured.";
  const shown = measured > worst.length ? ` The ${worst.length} worst of ${count(measured)} classes are shown.` : "";
  return `The class that is recognised worst is ${first.label}, with ${percent(first.accuracy)} of its ${count(first.examples)} held-out examples.${shown}`;
}

function plotOf(shown: readonly Measured[], worst: Measured | undefined, width: number): PlotOptions {
  const longest = largest(shown.map(({ label }) => clipped(label).length));
  const y = (entry: Measured): number => shown.indexOf(entry);
  return {
    ...frame,
    width,
    height: 56 + 20 * shown.length,
    marginTop: 8,
    marginLeft: 20 + 7 * longest,
    marginRight: 52,
    x: { domain: [0, 100], percent: true },
    y: { domain: shown.map(y), padding: 0.4 },
    marks: [
      gridX({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({ label: "accuracy (%)", labelArrow: "none", labelAnchor: "right", ticks: 5 }),
      axisY({ label: null, tickSize: 0, tickFormat: (at: number) => clipped(shown[at]?.label ?? "") }),
      barX(shown, { x: "accuracy", y, fill: (entry: Measured) => (entry === worst ? ALERT : MAIN) }),
      ruleX([0], { stroke: MUTED }),
      text(shown, {
        x: "accuracy",
        y,
        text: ({ accuracy }: Measured) => percent(accuracy),
        textAnchor: "start",
        dx: 6,
        fill: INK,
      }),
    ],
  };
}
