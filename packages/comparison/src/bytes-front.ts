/**
 * Arms by what they cost in bytes and how good their model is: which of them nothing beats in both.
 *
 * @module
 */
import { present } from "@potluck/core";
import { hasAccuracy } from "./held-out.ts";
import type { Arm, ArmRun, Arms } from "./arms.ts";
import { deviationOf, type Difference, meanOf, pairedDifference } from "./statistics.ts";

/** What something cost, and how good it is. */
export interface Priced {
  readonly name: string;
  /** Encoded bytes up to the end of the run, in both directions. */
  readonly bytes: number;
  /** Held-out accuracy of the last model, or its loss where there is no accuracy; null where a model was not measured. */
  readonly quality: number | null;
}

/** The same, and whether it is on the front. */
export interface PricedPoint extends Priced {
  /** Its place among those that were judged. */
  readonly at: number;
  /** Whether no other arm has as good a model for fewer bytes, or a better one for as many. */
  readonly isOnFront: boolean;
}

/** An arm in the mean over its seeds. */
export interface ArmPoint extends PricedPoint {
  /** The standard deviation of the quality over seeds; null of one seed, and where there is no quality. */
  readonly spread: number | null;
  /** By how much the quality differs from that of the first arm, seed by seed; null of the first, and where either has none. */
  readonly difference: Difference | null;
}

/** Whether models are compared by accuracy, of which more is better, or by loss. */
export function byAccuracy(arms: Arms): boolean {
  return arms.every(({ runs }) => runs.every(({ outcome }) => hasAccuracy(outcome)));
}

/** The arms as points. */
export function pointsOf(arms: Arms): readonly ArmPoint[] {
  const accuracy = byAccuracy(arms);
  const first = qualitiesOf(arms[0], accuracy);
  const points = arms.map((arm, at) => {
    const all = qualitiesOf(arm, accuracy);
    const [quality, spread] = all === null ? [null, null] : [meanOf(all), deviationOf(all)];
    const difference = at === 0 || all === null || first === null ? null : pairedDifference(all, first);
    return { name: arm.name, bytes: bytesOf(arm), quality, spread, difference };
  });
  return judged(points, accuracy);
}

/** These, with which of them are on the front: more of the quality is better where it is an accuracy. */
export function judged<P extends Priced>(all: readonly P[], accuracy: boolean): readonly (P & PricedPoint)[] {
  const better = (a: number, b: number): boolean => (accuracy ? a > b : a < b);
  return all.map((one, at) => {
    const { bytes, quality } = one;
    const isBeaten = all.some(
      (other) =>
        quality === null ||
        (other.quality !== null &&
          other.bytes <= bytes &&
          !better(quality, other.quality) &&
          (other.bytes < bytes || better(other.quality, quality))),
    );
    return { ...one, at, isOnFront: !isBeaten };
  });
}

/**
 * The arm with the fewest bytes whose model is worse than that of the first arm by no more than `tolerance`; of those with
 * as few, the one with the best model. Null where the model of the first arm was not measured on every seed.
 */
export function cheapest(arms: Arms, tolerance: number): ArmPoint | null {
  const points = pointsOf(arms);
  const first = present(points[0], "the first arm");
  if (first.quality === null) return null;
  const sign = byAccuracy(arms) ? 1 : -1;
  const goodness = ({ quality }: ArmPoint): number => (quality === null ? Number.NEGATIVE_INFINITY : sign * quality);
  const worst = goodness(first) - tolerance;
  const isBetter = (a: ArmPoint, b: ArmPoint): boolean =>
    a.bytes < b.bytes || (a.bytes === b.bytes && goodness(a) > goodness(b));
  return points.filter((point) => goodness(point) >= worst).reduce((best, one) => (isBetter(one, best) ? one : best));
}

function bytesOf({ runs }: Arm): number {
  return meanOf(
    runs.map(({ outcome }) => outcome.scorecard.bottleneck.bytesUp + outcome.scorecard.bottleneck.bytesDown),
  );
}

/** The quality of each run; null unless all were measured. */
function qualitiesOf({ runs }: Arm, accuracy: boolean): readonly number[] | null {
  const known = runs.map((run) => lastOf(run, accuracy)).filter((one) => one !== null);
  return known.length < runs.length ? null : known;
}

function lastOf({ outcome: { measurements, versions } }: ArmRun, accuracy: boolean): number | null {
  const last = measurements.find(({ version }) => version === versions);
  return (accuracy ? last?.testAccuracy : last?.testLoss) ?? null;
}
