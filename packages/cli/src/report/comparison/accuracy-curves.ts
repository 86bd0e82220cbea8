/**
 * Accuracy of the arms along the axes of a comparison. The upright axis begins where curves have settled.
 *
 * @module
 */
import { type Arms, largest, smallest, percent, type CurvePoint } from "@potluck/comparison";
import type { Figure } from "../charts/chart.ts";
import { curveFigures, type Upright } from "./curves.ts";

/** The charts of accuracy. */
export function accuracyCurves(arms: Arms): readonly Figure[] {
  return curveFigures(arms, {
    name: "accuracy",
    valueOf: ({ testAccuracy }) => testAccuracy,
    textOf: percent,
    uprightOf,
  });
}

/** The share of an axis that counts as the start of a curve: only there may it run below the drawing. */
const START = 0.2;

function uprightOf(points: readonly CurvePoint[], end: number): Upright {
  const settled = points.filter(({ place }) => place >= START * end);
  const lowest = 10 * Math.floor(10 * Math.max(0, smallest(settled.map(({ low }) => low))));
  const highest = 100 * Math.min(1, largest(points.map(({ high }) => high)));
  const within = (share: number): number => Math.min(100, Math.max(lowest, 100 * share));
  const isBelow = (share: number): boolean => 100 * share < lowest;
  return {
    y: { domain: [lowest, Math.max(lowest + 5, highest)] },
    label: `accuracy (%)${lowest > 0 ? `; axis from ${lowest}%` : ""}`,
    mean: ({ mean }) => (isBelow(mean) ? Number.NaN : 100 * mean),
    low: ({ low, high }) => (isBelow(high) ? Number.NaN : within(low)),
    high: ({ high }) => (isBelow(high) ? Number.NaN : within(high)),
  };
}
