/**
 * Arms by what they cost in bytes and how good their model is: which of them nothing beats in both.
 *
 * @module
 */
import { present } from "@potluck/core";
import { hasAccuracy } from "../output/held-out.ts";
import type { Arm, ArmRun, Arms } from "./arms.ts";
import { meanOf } from "./statistics.ts";

/** What something cost, and how good it is. */
export interface Priced {
  readonly name: string;
  /** Encoded bytes up to the end of the run, in both directions. */
  readonly bytes: number;
  /** Held-out accuracy of the last model, or its loss where there is no accuracy; null where a model was not measured. */
  readonly quality: number | null;
}

/** An arm in the mean over its seeds. */
export interface ArmPoint extends Priced {
  /** Its place among the arms. */
  readonly at: number;
  /** Whether no other arm has as good a model for fewer bytes, or a better one for as many. */
  readonly isOnFront: boolean;
}

/** Whether models are compared by accuracy, of which more is better, or by loss. */
export function byAccuracy(arms: Arms): boolean {
  return arms.every(({ runs }) => runs.every(({ outcome }) => hasAccuracy(outcome)));
}

/** The arms as points. */
export function pointsOf(arms: Arms): readonly ArmPoint[] {
  const accuracy = byAccuracy(arms);
  return judged(
    arms.map((arm) => ({ name: arm.name, bytes: bytesOf(arm), quality: qualityOf(arm, accuracy) })),
    accuracy,
  );
}

/** These, with which of them are on the front: more of the quality is better where it is an accuracy. */
export function judged(all: readonly Priced[], accuracy: boolean): readonly ArmPoint[] {
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

/** The arm with the fewest bytes whose model is worse than that of the first arm by no more than `tolerance`. */
export function cheapest(arms: Arms, tolerance: number): ArmPoint {
  const points = pointsOf(arms);
  const first = present(points[0], "the first arm");
  const sign = byAccuracy(arms) ? 1 : -1;
  const worst = sign * (first.quality ?? Number.NaN) - tolerance;
  const fit = points.filter(({ quality }) => quality !== null && sign * quality >= worst);
  return fit.reduce((best, point) => (point.bytes < best.bytes ? point : best), first);
}

function bytesOf({ runs }: Arm): number {
  return meanOf(
    runs.map(({ outcome }) => outcome.scorecard.bottleneck.bytesUp + outcome.scorecard.bottleneck.bytesDown),
  );
}

function qualityOf({ runs }: Arm, accuracy: boolean): number | null {
  const all = runs.map((run) => lastOf(run, accuracy));
  const known = all.filter((one) => one !== null);
  return known.length < all.length ? null : meanOf(known);
}

function lastOf({ outcome: { measurements, versions } }: ArmRun, accuracy: boolean): number | null {
  const last = measurements.find(({ version }) => version === versions);
  return (accuracy ? last?.testAccuracy : last?.testLoss) ?? null;
}
