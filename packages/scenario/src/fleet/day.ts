/**
 * The day of a diurnal device: a two-state Markov process that hits a given share online at every full hour.
 *
 * Within hour h the rates are constant: a device goes online at rate r π and offline at rate r (1 − π), per hour. So the
 * share relaxes towards π, and hits the next hour's exactly when
 *
 *     p(h + t) = π + (p_h − π) e^(−r t),     π = (p_{h+1} − p_h e^(−r)) / (1 − e^(−r))
 *
 * p_h = hourlyShares[h], r = 3600 / mixingSeconds, but at least as much as a change from p_h to p_{h+1} takes when nobody
 * goes the other way, so that π is a probability.
 *
 * @module
 */
import { exp, log, type Seconds } from "@potluck/core";

/** Full hours of a day. */
export const HOURS_OF_DAY = 24;

/** What the process is described by; see {@link Diurnal} in availability.ts. */
interface Day {
  readonly hourlyShares: Float64Array;
  readonly mixingSeconds: Seconds;
}

/** How the share online moves during each hour of the day. */
interface Course {
  /** π: where it tends to. */
  readonly limits: Float64Array;
  /** r: how fast, per hour. */
  readonly rates: Float64Array;
}

/** Courses that were worked out before: a device asks for its own at every change. */
const courses = new WeakMap<Day, Course>();

/** The share online at the local time `hour`, in hours; fractions count. */
export function shareOfDay(day: Day, hour: number): number {
  const { limits, rates } = courseOf(day);
  const full = Math.floor(hour);
  const at = modulo(full);
  const [start = 0, limit = 0, rate = 0] = [day.hourlyShares[at], limits[at], rates[at]];
  return limit + (start - limit) * exp(-rate * (hour - full));
}

/** The rate per hour at which a device that is `online`, or is not, ceases to be so during a full local hour. */
export function exitRate(day: Day, hour: number, online: boolean): number {
  const { limits, rates } = courseOf(day);
  const at = modulo(hour);
  const [limit = 0, rate = 0] = [limits[at], rates[at]];
  return online ? rate * (1 - limit) : rate * limit;
}

function courseOf(day: Day): Course {
  const known = courses.get(day);
  if (known !== undefined) return known;
  const rates = day.hourlyShares.map((start, hour) => rateFrom(start, nextShare(day, hour), day.mixingSeconds));
  const limits = day.hourlyShares.map((start, hour) => limitFrom(start, nextShare(day, hour), rates[hour] ?? 0));
  const course = { limits, rates };
  courses.set(day, course);
  return course;
}

function nextShare({ hourlyShares }: Day, hour: number): number {
  return hourlyShares[modulo(hour + 1)] ?? 0;
}

/** r: what the mixing time asks for, but as much as getting from `start` to `end` takes. */
function rateFrom(start: number, end: number, mixingSeconds: Seconds): number {
  const least = start < end ? log((1 - start) / (1 - end)) : log(start / end);
  return Math.max(3600 / mixingSeconds, least);
}

/** π: the limit with which the share gets from `start` to `end` within an hour. */
function limitFrom(start: number, end: number, rate: number): number {
  const kept = exp(-rate);
  const limit = kept === 1 ? start : (end - start * kept) / (1 - kept);
  return Math.min(1, Math.max(0, limit));
}

function modulo(hour: number): number {
  return ((hour % HOURS_OF_DAY) + HOURS_OF_DAY) % HOURS_OF_DAY;
}

/** A smooth day between two shares. */
export interface Wave {
  /** The local hour of the peak, [0, 24). */
  readonly peakHour: number;
  /** The share at the peak, and that twelve hours later. */
  readonly peak: number;
  readonly trough: number;
}

/**
 * The shares at the 24 full hours of `waves` that are independent of each other, all of which a device needs: their
 * product. A wave is the cubic 1 − x² (3 − 2x) of the distance x from the peak in half days, which follows the raised
 * cosine to within 0.01 and has the same bits everywhere.
 */
export function dailyShares(waves: readonly Wave[]): Float64Array {
  return Float64Array.from({ length: HOURS_OF_DAY }, (_, hour) =>
    waves.reduce((product, wave) => product * valueOf(wave, hour), 1),
  );
}

function valueOf({ peakHour, peak, trough }: Wave, hour: number): number {
  const around = modulo(hour - peakHour);
  const x = Math.min(around, HOURS_OF_DAY - around) / (HOURS_OF_DAY / 2);
  return trough + (peak - trough) * (1 - x * x * (3 - 2 * x));
}
