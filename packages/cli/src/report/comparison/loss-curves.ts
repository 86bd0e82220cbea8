/**
 * Loss of the arms along the axes of a comparison, for losses that have no accuracy.
 *
 * @module
 */
import { type Arms, lossKinds, smallest, decimal, type CurvePoint } from "@potluck/comparison";
import type { Figure } from "../charts/chart.ts";
import { isSteep, lossLabel } from "../charts/loss-axis.ts";
import { curveFigures, type Upright } from "./curves.ts";

/** Whether no run of these arms has an accuracy. */
export function areWithoutAccuracy(arms: Arms): boolean {
  const measurements = arms.flatMap(({ runs }) => runs.flatMap(({ outcome }) => outcome.measurements));
  return measurements.length > 0 && measurements.every(({ testAccuracy }) => testAccuracy === null);
}

/** The charts of loss; nothing is drawn of losses of different kinds, which have no axis in common. */
export function lossCurves(arms: Arms): readonly Figure[] {
  if (lossKinds(arms).length > 1) {
    return [{ title: "Loss", note: "Losses of different kinds are not comparable.", draw: null }];
  }
  return curveFigures(arms, { name: "loss", valueOf: ({ testLoss }) => testLoss, textOf: decimal, uprightOf });
}

function uprightOf(points: readonly CurvePoint[]): Upright {
  const means = points.map(({ mean }) => mean);
  const isLogarithmic = isSteep(means);
  const floor = isLogarithmic ? smallest(means) / 2 : 0;
  return {
    marginLeft: 64,
    y: isLogarithmic ? { type: "log" } : { zero: true },
    label: lossLabel(isLogarithmic),
    mean: ({ mean }) => mean,
    low: ({ low }) => Math.max(floor, low),
    high: ({ high }) => high,
  };
}
