/**
 * How good models are against the bytes that they took, both ways, and what nothing beats in both (the Pareto front).
 *
 * @module
 */
import { axisX, axisY, dot, gridX, gridY, line, type PlotOptions, text } from "@observablehq/plot";
import type { Arms } from "../../comparison/arms.ts";
import { type ArmPoint, byAccuracy, pointsOf } from "../../comparison/bytes-front.ts";
import { type Figure, frame, INK, MAIN, MUTED, RULE } from "../charts/chart.ts";
import { largest, smallest } from "../../extremes.ts";
import { bytes } from "../format.ts";

/** A point whose model was measured. */
type Measured = ArmPoint & { readonly quality: number };

/** The chart of accuracy, or loss, against bytes. */
export function bytesFigure(arms: Arms): Figure {
  const accuracy = byAccuracy(arms);
  const word = accuracy ? "accuracy" : "loss";
  const points = pointsOf(arms);
  const shown = points.filter((point): point is Measured => point.quality !== null);
  const front = points.filter(({ isOnFront }) => isOnFront).map(({ name }) => name);
  return {
    title: `${accuracy ? "Accuracy" : "Loss"} at the end against bytes`,
    note:
      "Each dot is an arm, at the end of its runs, in the mean over seeds; bytes are those of both directions. Named are the first arm and those that nothing beats. " +
      (front.length === 0 ? "No model was measured." : `Nothing beats in both: ${front.join("; ")}.`),
    draw: shown.length === 0 ? null : (width) => plotOf(shown, { width, accuracy }),
    data: {
      name: `${word}-at-the-end-by-bytes`,
      columns: ["arm", "bytes", word, "isOnFront"],
      rows: points.map(({ name, bytes: own, quality, isOnFront }) => [name, own, quality, String(isOnFront)]),
    },
  };
}

function plotOf(
  shown: readonly Measured[],
  { width, accuracy }: { readonly width: number; readonly accuracy: boolean },
): PlotOptions {
  const y = ({ quality }: Measured): number => (accuracy ? 100 * quality : quality);
  const front = shown.filter(({ isOnFront }) => isOnFront).toSorted((a, b) => a.bytes - b.bytes);
  const named = shown.filter(({ isOnFront, at }) => isOnFront || at === 0);
  const middle = Math.sqrt(smallest(shown.map((one) => one.bytes)) * largest(shown.map((one) => one.bytes)));
  const isRight = (point: Measured): boolean => point.bytes > middle;
  const label = { x: "bytes", y, text: ({ name }: Measured) => name, dy: -10, fill: INK } as const;
  return {
    ...frame,
    width,
    height: 340,
    marginRight: 24,
    inset: 16,
    x: { type: "log", tickFormat: (size: number) => bytes(size) },
    marks: [
      gridX({ stroke: RULE, strokeOpacity: 1, ticks: 4 }),
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({
        label: "bytes, both ways (logarithmic)",
        labelArrow: "none",
        labelAnchor: "right",
        ticks: 4,
        tickFormat: (size: number) => bytes(size),
      }),
      axisY({ label: accuracy ? "accuracy (%)" : "loss", labelArrow: "none", ticks: 5 }),
      line(front, { x: "bytes", y, stroke: MUTED, curve: "step-after" }),
      dot(shown, {
        x: "bytes",
        y,
        r: 4.5,
        fill: (point: Measured) => (named.includes(point) ? MAIN : MUTED),
        fillOpacity: 0.8,
        title: ({ name, bytes: own }: Measured) => `${name}: ${bytes(own)}`,
      }),
      text(
        named.filter((point) => !isRight(point)),
        { ...label, textAnchor: "start", dx: -4 },
      ),
      text(named.filter(isRight), { ...label, textAnchor: "end", dx: 4 }),
    ],
  };
}
