/**
 * The axis of accuracy. Most of a run is spent on the last few percent, so the axis holds what came after the start of
 * the run, and the curve is cut where it comes from below.
 *
 * @module
 */
import { largest, smallest } from "@potluck/comparison";
import type { Report, ReportEvaluation } from "../report.ts";

/** The share of the virtual time that counts as the start: only there may the line run below the axis. */
const START = 0.25;

/** The shortest axis, in percent: it does not blow up the noise of a run that has settled. */
const SHORTEST = 5;

/** The axis of accuracy, in percent. */
export interface Axis {
  readonly from: number;
  readonly to: number;
}

/** A point of the drawing: virtual time in the unit of its axis, accuracy in percent; NaN breaks the line. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Accuracy in percent; NaN where there is none. */
export function inPercent({ accuracy }: ReportEvaluation): number {
  return 100 * (accuracy ?? Number.NaN);
}

/** The axis that has room for the target and for all but the start, from tick to tick. */
export function axisOf({ evaluations, targetAccuracy }: Report): Axis {
  const startSeconds = START * (evaluations.at(-1)?.virtualSeconds ?? 0);
  const settled = evaluations.filter(({ virtualSeconds }) => virtualSeconds >= startSeconds);
  const target = targetAccuracy === null ? undefined : 100 * targetAccuracy;
  const lowest = smallest(settled.map(inPercent), target);
  const highest = largest(evaluations.map(inPercent), target);
  const tick = highest - lowest < 10 ? 1 : 10;
  const to = Math.max(tick * Math.ceil(highest / tick), SHORTEST);
  return { from: Math.min(tick * Math.floor(lowest / tick), to - SHORTEST), to };
}

/** The points in the unit of the time axis, cut where the line crosses the lower end of the axis of accuracy. */
export function pointsOf(
  evaluations: readonly ReportEvaluation[],
  secondsPerUnit: number,
  { from }: Axis,
): readonly Point[] {
  const points = evaluations.map((evaluation) => ({
    x: evaluation.virtualSeconds / secondsPerUnit,
    y: inPercent(evaluation),
  }));
  return points.flatMap((point, at) => {
    const before = points[at - 1] ?? point;
    const shown = point.y < from ? { ...point, y: Number.NaN } : point;
    return before.y < from === point.y < from ? [shown] : [crossing(before, point, from), shown];
  });
}

/** Where the line from `a` to `b` has the height `y`. */
function crossing(a: Point, b: Point, y: number): Point {
  return { x: a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y), y };
}
