/**
 * Curves over seeds: at every place of the axis the mean and the spread of what each seed had measured up to there.
 * Nothing is interpolated, so a curve goes in steps; it ends where the first of its seeds ends.
 *
 * @module
 */
import type { Measurement } from "@potluck/scenario";
import type { Arm } from "./arms.ts";
import { deviationOf, meanOf } from "./statistics.ts";
import { largest, smallest } from "./extremes.ts";
import { spreadToEnd } from "./sample.ts";

/** The most places at which a curve is drawn. */
export const CURVE_POINTS_LIMIT = 300;

/** A point of a curve. */
export interface CurvePoint {
  readonly place: number;
  /** What was measured, such as held-out accuracy in [0, 1]: the mean over seeds, minus and plus the standard deviation. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The curve of an arm along an axis on which `placeOf` puts its measurements; those that have no value, by default
 * no accuracy, are left out.
 */
export function curveOf(
  { runs }: Arm,
  placeOf: (measurement: Measurement) => number,
  valueOf: (measurement: Measurement) => number | null = ({ testAccuracy }) => testAccuracy,
): readonly CurvePoint[] {
  const lines = runs.map(({ outcome }) =>
    outcome.measurements.flatMap((measurement) => {
      const value = valueOf(measurement);
      return value === null ? [] : [{ place: placeOf(measurement), value }];
    }),
  );
  const start = largest(lines.map((line) => line[0]?.place ?? Infinity));
  const end = smallest(lines.map((line) => line.at(-1)?.place ?? -Infinity));
  const places = [...new Set(lines.flatMap((line) => line.map(({ place }) => place)))].sort((a, b) => a - b);
  const shown = places.filter((place) => place >= start && place <= end);
  return spreadToEnd(shown, CURVE_POINTS_LIMIT).map((place) => {
    const values = lines.flatMap((line) => line.findLast((point) => point.place <= place)?.value ?? []);
    const mean = meanOf(values);
    const deviation = deviationOf(values) ?? 0;
    return { place, mean, low: mean - deviation, high: mean + deviation };
  });
}
