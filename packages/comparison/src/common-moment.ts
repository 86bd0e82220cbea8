/**
 * What a run has at a moment that is common to all runs, such as 120 used updates.
 *
 * A run was measured at some of its versions only. For the common end E and the last measurement at or before it, at the
 * place p, the run is read
 *
 *     where p ≥ E / 2: the measurement is near the end
 *
 * and a property of its model also where that model was in force at E: the run's next version was measured as well, later
 * than E, or there was none. Elsewhere nothing is known of the run at E, and it is not guessed: it counts as unmeasured.
 *
 * @module
 */
import type { Measurement, RunOutcome } from "@potluck/scenario";

/** The run was not measured near the moment, so that nothing can be said of it there. */
export const UNMEASURED = "unmeasured";

/** A number of a run; null where the run has no such number, which is worse than any. */
export type MetricValue = number | null | typeof UNMEASURED;

/** A common end on one of the axes along which runs proceed. */
export interface CommonMoment {
  /** Where a measurement lies on the axis, ≥ 0 and never falling. */
  readonly place: (measurement: Measurement) => number;
  /** The common end there. */
  readonly end: number;
}

/** The share of the common end that a run must have come to where it was measured last. */
const NEAR_SHARE = 0.5;

/** A number of the model that the run has at the moment. */
export function modelAt(outcome: RunOutcome, moment: CommonMoment, of: Reading): MetricValue {
  return readAt(outcome, moment, of, (measurement, at) => isNear(measurement, moment) || isInForce(outcome, at));
}

/** A number that adds up over the run, as far as it has come at the moment: it is read near the moment only. */
export function sumAt(outcome: RunOutcome, moment: CommonMoment, of: Reading): MetricValue {
  return readAt(outcome, moment, of, (measurement) => isNear(measurement, moment));
}

/** What is read of a measurement. */
type Reading = (measurement: Measurement) => number | null;

/** Reads the last measurement at or before the moment, if it speaks for the run at the moment. */
function readAt(
  outcome: RunOutcome,
  moment: CommonMoment,
  of: Reading,
  speaks: (measurement: Measurement, at: number) => boolean,
): MetricValue {
  const at = lastUpTo(outcome, moment);
  const measurement = outcome.measurements[at];
  if (measurement === undefined) return null;
  return speaks(measurement, at) ? of(measurement) : missing(outcome, at);
}

/** The index of the last measurement at or before the moment; −1 if there is none. */
function lastUpTo({ measurements }: RunOutcome, { place, end }: CommonMoment): number {
  return measurements.findLastIndex((measurement) => place(measurement) <= end);
}

function isNear(measurement: Measurement, { place, end }: CommonMoment): boolean {
  return place(measurement) >= NEAR_SHARE * end;
}

/** Whether no version of the run lies between this measurement and the next one, or its end. */
function isInForce({ measurements, versions }: RunOutcome, at: number): boolean {
  const next = measurements[at + 1]?.version ?? versions + 1;
  return measurements[at]?.version === next - 1;
}

/** A model that was not measured any more had diverged: that is no gap between measurements, but worse than any number. */
function missing({ measurements }: RunOutcome, at: number): MetricValue {
  return at === measurements.length - 1 ? null : UNMEASURED;
}
