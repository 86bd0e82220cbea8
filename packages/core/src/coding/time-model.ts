/**
 * How long a worker would have taken at another load than the one at which its time was recorded.
 *
 *     time = latency(w, r) + slope · load · slowness(w, r)     of worker w in round r
 *
 * A time is one number, and does not say which of the two made it long. So one of them is taken to be the same always:
 *
 *     "adds"        slowness = 1: t at load l becomes t + slope (l′ − l)               queues and networks are slow
 *     "multiplies"  latency = a:  t at load l becomes t + max(0, t − a) (l′ / l − 1)   processors are slow
 *
 * Where rounds were recorded at several loads, slope and a are those of the line through the mean times, or, where that foretells rounds that
 * it was not fitted to better, for each worker of the line through its middle times. Which slowness holds is judged, with the line of all, by
 * what each foretells of such rounds, see {@link explain}.
 *
 * Trust: a worker whose latency and slowness both vary is foretold by neither. From a load of 0 no slowness can be seen: it is taken to be 1.
 *
 * @module
 */
import { Fault } from "../base/fault.ts";
import { present } from "../base/invariant.ts";
import type { Seconds } from "../base/units.ts";

/** Recorded times: by worker, round after round, all in rounds of one load. */
export interface RecordedTimes {
  readonly seconds: readonly Float64Array[];
  /** The share of a job's data that each worker computed in a round, ≥ 0. */
  readonly load: number;
}

/** Whether slowness adds to the time that work takes, or multiplies it. */
export type Slowness = "adds" | "multiplies";

/** What a load costs a worker. */
export interface TimeModel {
  readonly slowness: Slowness;
  /** How much longer a worker takes for all of a job's data than for none of it, in the mean, ≥ 0. */
  readonly secondsPerLoad: Seconds;
  /** a ≥ 0: what a worker takes for no work, in the mean. Slowness that adds is told without it. */
  readonly latency: Seconds;
  /** The same for each worker, where that is known: by its middle times. */
  readonly byWorker?: readonly Pick<TimeModel, "secondsPerLoad" | "latency">[];
}

/** The model of one worker. */
export function modelOf(model: TimeModel, worker: number): TimeModel {
  return { ...model, ...model.byWorker?.[worker] };
}

/** How long what took `seconds` at the load `from` takes at the load `to`, ≥ 0. */
export function timeAt(
  { slowness, latency, ...model }: TimeModel,
  seconds: Seconds,
  { from, to }: { readonly from: number; readonly to: number },
): Seconds {
  const more =
    slowness === "adds" || from === 0
      ? model.secondsPerLoad * (to - from)
      : Math.max(0, seconds - latency) * (to / from - 1);
  return Math.max(0, seconds + more);
}

/** The model of times at one load, for a slope that is told: half of the times are no longer than with a slowness of 1. */
export function toldModel({ seconds, load }: RecordedTimes, told: Omit<TimeModel, "latency">): TimeModel {
  const sorted = sortedTimes(seconds);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return { ...told, latency: Math.max(0, median - told.secondsPerLoad * load) };
}

/** The line through the mean times at different loads, for a slowness. Throws Fault "data-invalid" where all loads are the same. */
export function fittedModel(recorded: readonly RecordedTimes[], slowness: Slowness): TimeModel {
  const slope = secondsPerLoad(recorded);
  const time = meanOf(recorded.map(({ seconds }) => meanOf(seconds.map(meanOf))));
  const latency = Math.max(0, time - slope * meanOf(recorded.map(({ load }) => load)));
  const common: TimeModel = { slowness, secondsPerLoad: slope, latency };
  return workersDiffer(recorded, slowness) ? { ...common, byWorker: linesOf(recorded) } : common;
}

/** The line of each worker. */
function linesOf(recorded: readonly RecordedTimes[]): NonNullable<TimeModel["byWorker"]> {
  const workers = present(recorded[0], "times at a load").seconds.length;
  return Array.from({ length: workers }, (_, worker) => lineOf(recorded, worker));
}

/**
 * Whether lines of their own foretell rounds that they were not fitted to better than one for all: few rounds make workers look
 * different that are alike.
 */
function workersDiffer(recorded: readonly RecordedTimes[], slowness: Slowness): boolean {
  if (!recorded.every(({ seconds }) => present(seconds[0], "a first worker").length >= 2)) return false;
  const halves = recorded.map(halvesOf);
  const firsts = halves.map(({ first }) => first);
  const [slope, byWorker] = [secondsPerLoad(firsts), linesOf(firsts)];
  const time = meanOf(firsts.map(({ seconds }) => meanOf(seconds.map(medianOf))));
  const latency = Math.max(0, time - slope * meanOf(firsts.map(({ load }) => load)));
  const common: TimeModel = { slowness, secondsPerLoad: slope, latency };
  return errorByWorker(halves, { ...common, byWorker }) < CLEARLY_LESS * errorByWorker(halves, common);
}

/** Where workers are alike both errors are those of their noise, and either may be the smaller one. */
const CLEARLY_LESS = 0.75;

/** By how much the middle time of a worker at a load differs from what a model foretells of it from each other load, in the mean. */
function errorByWorker(halves: readonly Halves[], model: TimeModel): Seconds {
  const errors = halves.flatMap(({ other }) =>
    halves
      .filter(({ first }) => first.load !== other.load)
      .flatMap(({ first }) =>
        other.seconds.map((held, worker) => {
          const foretold = (first.seconds[worker] ?? held).map((time) =>
            timeAt(modelOf(model, worker), time, { from: first.load, to: other.load }),
          );
          return Math.abs(medianOf(foretold) - medianOf(held));
        }),
      ),
  );
  return meanOf(errors);
}

/** The line through the middle times of a worker at different loads. */
function lineOf(recorded: readonly RecordedTimes[], worker: number): Pick<TimeModel, "secondsPerLoad" | "latency"> {
  const points = recorded.map(({ seconds, load }) => ({
    load,
    time: medianOf(seconds[worker] ?? new Float64Array(1)),
  }));
  const slope = slopeOf(points);
  return { secondsPerLoad: slope, latency: Math.max(0, meanOf(points.map(({ load, time }) => time - slope * load))) };
}

interface Point {
  readonly load: number;
  readonly time: Seconds;
}

/** The slope of the line through points of more than one load, ≥ 0; NaN for those of one. */
function slopeOf(points: readonly Point[]): number {
  const centre = { load: meanOf(points.map(({ load }) => load)), time: meanOf(points.map(({ time }) => time)) };
  let [above, below] = [0, 0];
  for (const { load, time } of points) {
    above += (load - centre.load) * (time - centre.time);
    below += (load - centre.load) * (load - centre.load);
  }
  return below > 0 ? Math.max(0, above / below) : Number.NaN;
}

/** The middle value of at least one, or half-way between the two in the middle. */
function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] ?? 0) + (sorted[Math.ceil(at)] ?? 0)) / 2;
}

/**
 * How much longer a worker takes for all of a job's data than for none of it: the slope of the line through the mean times
 * at different loads. Throws Fault "data-invalid" where all loads are the same.
 */
export function secondsPerLoad(recorded: readonly RecordedTimes[]): Seconds {
  const points = recorded.map(({ seconds, load }) => ({ load, time: meanOf(seconds.map(meanOf)) }));
  const slope = slopeOf(points);
  if (!Number.isNaN(slope)) return slope;
  const message = "all times were recorded at the same load, which says nothing of other loads";
  throw new Fault("data-invalid", message, "Record at two loads, or say how many seconds a whole job takes.");
}

/** By how much times held out differ from what each slowness foretells of them, in the mean over the sorted times. */
export type Explanation = Readonly<Record<Slowness, Seconds>>;

/**
 * How well each slowness explains rounds that it was not fitted to. Fitted to the first half of the rounds at every load, it
 * foretells from those at one load how the times of the other half are spread at another; that is compared time by time, sorted. Null
 * where there are no two loads, or a load has fewer than two rounds.
 */
export function explain(recorded: readonly RecordedTimes[]): Explanation | null {
  const isSplit = recorded.every(({ seconds }) => present(seconds[0], "a first worker").length >= 2);
  if (!isSplit || new Set(recorded.map(({ load }) => load)).size < 2) return null;
  const halves = recorded.map(halvesOf);
  return { adds: errorOf(halves, "adds"), multiplies: errorOf(halves, "multiplies") };
}

interface Halves {
  readonly first: RecordedTimes;
  readonly other: RecordedTimes;
}

function halvesOf({ seconds, load }: RecordedTimes): Halves {
  const half = Math.floor((seconds[0]?.length ?? 0) / 2);
  return {
    first: { load, seconds: seconds.map((own) => own.subarray(0, half)) },
    other: { load, seconds: seconds.map((own) => own.subarray(half)) },
  };
}

function errorOf(halves: readonly Halves[], slowness: Slowness): Seconds {
  const firsts = halves.map(({ first }) => first);
  const model = fittedModel(firsts, slowness);
  const errors = halves.flatMap(({ other }) =>
    firsts
      .filter(({ load }) => load !== other.load)
      .map(({ load, seconds }) => {
        const foretold = sortedTimes(seconds).map((time) => timeAt(model, time, { from: load, to: other.load }));
        return distance(foretold.toSorted(), sortedTimes(other.seconds));
      }),
  );
  return meanOf(errors);
}

/** The mean distance of two sorted lists of times, quantile by quantile: what it takes to make one of the other. */
function distance(one: Float64Array, other: Float64Array): Seconds {
  const steps = Math.max(one.length, other.length);
  const at = (sorted: Float64Array, step: number): number =>
    sorted[Math.floor(((step + 0.5) * sorted.length) / steps)] ?? 0;
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += Math.abs(at(one, step) - at(other, step));
  return sum / steps;
}

function sortedTimes(seconds: readonly Float64Array[]): Float64Array {
  return Float64Array.from(seconds.flatMap((own) => [...own])).toSorted();
}

/** The mean of at least one value. */
export function meanOf(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
