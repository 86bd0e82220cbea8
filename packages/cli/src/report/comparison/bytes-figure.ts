/**
 * How good models are against the bytes that they took, both ways, and what nothing beats in both (the Pareto front).
 *
 * @module
 */
import { axisX, axisY, dot, gridX, gridY, line, type PlotOptions, text } from "@observablehq/plot";
import type { Arms } from "../../comparison/arms.ts";
import { type ArmPoint, byAccuracy, pointsOf } from "../../comparison/bytes-front.ts";
import { type Figure, frame, INK, MUTED, RULE } from "../charts/chart.ts";
import { bytes, clipped } from "../format.ts";
import { tierColour } from "../tiers.ts";

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
    title: `${accuracy ? "Accuracy" : "Loss"} against bytes`,
    note:
      "Each dot is an arm, at the end of its runs, in the mean over seeds; bytes are those of both directions. " +
      (front.length === 0 ? "No model was measured." : `Nothing beats in both: ${front.join("; ")}.`),
    draw: shown.length === 0 ? null : (width) => plotOf(shown, { width, accuracy }),
    data: {
      name: `${word}-bytes`,
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
  const middle = Math.sqrt(Math.min(...shown.map((one) => one.bytes)) * Math.max(...shown.map((one) => one.bytes)));
  const label = (isRight: boolean) => ({
    x: "bytes",
    y,
    text: ({ name }: Measured) => clipped(name),
    textAnchor: isRight ? ("end" as const) : ("start" as const),
    dx: isRight ? -8 : 8,
    fill: INK,
  });
  return {
    ...frame,
    width,
    height: 340,
    marginRight: 24,
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
      dot(shown, { x: "bytes", y, r: 4.5, fill: ({ at }: Measured) => tierColour(at) }),
      text(
        shown.filter((point) => point.bytes <= middle),
        label(false),
      ),
      text(
        shown.filter((point) => point.bytes > middle),
        label(true),
      ),
    ],
  };
}
