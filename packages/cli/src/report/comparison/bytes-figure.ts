/**
 * How good models are against the bytes that they took, both ways, and what nothing beats in both (the Pareto front).
 *
 * @module
 */
import { type Arms, byAccuracy, pointsOf } from "@potluck/comparison";
import type { Figure } from "../charts/chart.ts";
import { frontPlot, measuredOnes } from "./front-plot.ts";

/** The chart of accuracy, or loss, against bytes. */
export function bytesFigure(arms: Arms): Figure {
  const accuracy = byAccuracy(arms);
  const word = accuracy ? "accuracy" : "loss";
  const points = pointsOf(arms);
  const shown = measuredOnes(points);
  const front = points.filter(({ isOnFront }) => isOnFront).map(({ name }) => name);
  return {
    title: `${accuracy ? "Accuracy" : "Loss"} at the end against bytes`,
    note:
      "Each dot is an arm, at the end of its runs, in the mean over seeds; bytes are those of both directions. Named are the first arm and those that nothing beats. " +
      (front.length === 0 ? "No model was measured." : `Nothing beats in both: ${front.join("; ")}.`),
    draw: shown.length === 0 ? null : (width) => frontPlot(shown, { width, height: 340, accuracy }),
    data: {
      name: `${word}-at-the-end-by-bytes`,
      columns: ["arm", "bytes", word, "isOnFront"],
      rows: points.map(({ name, bytes: own, quality, isOnFront }) => [name, own, quality, String(isOnFront)]),
    },
  };
}
