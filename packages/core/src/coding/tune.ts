/**
 * Chooses a code for recorded workers: every scheme is replayed on the first half of the rounds that were recorded, with the
 * parameters of a grid. The best there, of each kind and of all, are told with what they take on the other half, by which nothing is
 * chosen but whether a delay pays: where a code without one takes no longer on those rounds, it is preferred.
 *
 * What counts are rounds in which all schemes are in full swing, one job being done in each: those after the longest delay that is
 * allowed, the same for all. A run of J jobs takes J + T rounds, T being the delay: of few jobs the last T are to be added.
 *
 * Times were recorded at some load, the share of a job's data that a worker computed in a round. What a worker takes at another load
 * a model says, see `time-model.ts`.
 *
 * Krishnan, Ebrahimi, Khisti, "Sequential gradient coding for straggler mitigation", ICLR 2023.
 * https://arxiv.org/abs/2211.13802
 *
 * @module
 */
import { Fault } from "../base/fault.ts";
import { present } from "../base/invariant.ts";
import type { Seconds } from "../base/units.ts";
import type { Part, PartReference } from "../part/part.ts";
import { gradientCoding, mSgc, srSgc, uncoded } from "./index.ts";
import { type Replay, replay, type ReplayOptions, type WaitOut } from "./replay.ts";
import type { Coding } from "./scheme.ts";
import { meanOf, modelOf, type RecordedTimes, timeAt, type TimeModel } from "./time-model.ts";

/** What to choose for. */
export interface TuneOptions {
  readonly times: RecordedTimes;
  /** What a load costs a worker. */
  readonly timeModel: TimeModel;
  /** The longest delay of a code, ≥ 0: one less than there are models. */
  readonly maximumDelay: number;
  /** Which μ ≥ 0 to try, at least one. */
  readonly patiences: readonly number[];
  readonly waitOut: WaitOut;
}

/** A code with what it takes. */
export interface Candidate {
  readonly coding: PartReference;
  /** μ, the first of those that do as well. */
  readonly patience: number;
  readonly load: number;
  readonly delay: number;
  /** A job, in the mean over the rounds that it was chosen by, and over the others, in full swing. */
  readonly chosenBy: Seconds;
  readonly heldOut: Seconds;
  /** The share of the rounds held out, in full swing, that went on after their time was up. */
  readonly waited: number;
}

/** What came of it. */
export interface Tuning {
  /** The best of each kind by the rounds to choose by: without a code, gradient codes, and sequential ones. */
  readonly kinds: readonly Candidate[];
  /**
   * Of these, the one that takes least on the rounds to choose by; where it has a delay, and one without takes no longer on the others,
   * that one.
   */
  readonly best: Candidate;
  /** How many parameters were tried in all. */
  readonly tried: number;
  /** How many rounds what is told of a candidate is the mean over: of those to choose by, and of the others. */
  readonly rounds: { readonly chosenBy: number; readonly heldOut: number };
}

/** The fewest rounds that can be parted in two. */
const FEWEST_ROUNDS = 8;

/**
 * The best codes for these workers. Throws Fault "data-invalid" for too few rounds or such as take no time, and "option-invalid" where a delay is longer
 * than what is left of them.
 */
export function tuneCoding(options: TuneOptions): Tuning {
  checkTimes(options);
  const codings = codesToTry(options.times.seconds.length, options.maximumDelay);
  const kinds = codings.flatMap((own) => (own.length === 0 ? [] : [bestAmong(own, options)]));
  refuseNoTime(present(kinds[0], "what it takes without a code"));
  const recorded = present(options.times.seconds[0], "the times of a first worker").length;
  const half = Math.floor(recorded / 2);
  return {
    kinds,
    best: bestOf(kinds),
    tried: codings.reduce((sum, own) => sum + own.length, 0),
    rounds: { chosenBy: half - options.maximumDelay, heldOut: recorded - half - options.maximumDelay },
  };
}

/** A delay has to pay on rounds that nothing was chosen by as well. */
function bestOf(kinds: readonly Candidate[]): Candidate {
  const byTime = kinds.toSorted((a, b) => a.chosenBy - b.chosenBy);
  const best = present(byTime[0], "a kind");
  const plain = byTime.find(({ delay }) => delay === 0);
  return plain !== undefined && best.delay > 0 && plain.heldOut <= best.heldOut ? plain : best;
}

/** Throws Fault "data-invalid" where there is nothing that a code could save. */
function refuseNoTime({ chosenBy, heldOut }: Candidate): void {
  if (chosenBy > 0 && heldOut > 0) return;
  const half = chosenBy > 0 ? "second" : "first";
  const message = `without a code the ${half} half of the rounds takes no time: nothing can be saved`;
  throw new Fault("data-invalid", message, "Give times in seconds, > 0.");
}

/** Throws as {@link tuneCoding} says. */
function checkTimes({ times, maximumDelay }: TuneOptions): void {
  const workers = times.seconds.length;
  const rounds = present(times.seconds[0], "the times of a first worker").length;
  if (rounds < FEWEST_ROUNDS || workers < 2) {
    const what = `there are ${rounds} rounds of ${workers} workers`;
    throw new Fault("data-invalid", what, `Record at least ${FEWEST_ROUNDS} rounds of two workers.`);
  }
  if (maximumDelay >= Math.floor(rounds / 2) - 1) {
    const message = `a delay of ${maximumDelay} leaves no jobs in half of ${rounds} rounds`;
    throw new Fault("option-invalid", message, "Allow less delay, or record more rounds.");
  }
}

/** The codes to try for so many workers, by kind: without a code, gradient codes, selective repeat, multiplexed. */
export function codesToTry(workers: number, maximumDelay: number): readonly (readonly (Coding & Part)[])[] {
  const counts = countsUpTo(Math.max(1, Math.floor(workers / 3)));
  const spans = Array.from({ length: maximumDelay }, (_, at) => at + 1);
  // W and λ matter through s alone, which is here half of λ.
  const selective = spans.flatMap((burst) => counts.map((s) => srSgc({ burst, window: burst + 1, most: 2 * s })));
  const multiplexed = spans.flatMap((burst) =>
    spans
      .map((others) => others + burst + 1)
      .concat(burst + 1)
      .filter((window) => window - 2 + burst <= maximumDelay)
      .flatMap((window) => [...counts, workers].map((most) => mSgc({ burst, window, most }))),
  );
  return [[uncoded()], counts.map((tolerated) => gradientCoding({ tolerated })), selective, multiplexed].map(
    (codings) => codings.filter((coding) => coding.contradiction(workers) === null),
  );
}

/** 1, 2, 3, … and then in steps of a tenth, up to `most`. */
function countsUpTo(most: number): readonly number[] {
  const counts: number[] = [];
  for (let count = 1; count <= most; count += Math.max(1, Math.round(count / 10))) counts.push(count);
  return counts;
}

/** A code with one of the patiences. */
function candidateOf({ times, ...options }: TuneOptions, coding: Coding & Part, patience: number): Candidate {
  const scheme = coding.schemeFor(times.seconds.length);
  const recorded = times.seconds[0]?.length ?? 0;
  const half = Math.floor(recorded / 2);
  const models = times.seconds.map((_, worker) => modelOf(options.timeModel, worker));
  const steady = (first: number, rounds: number): Replay["rounds"] => {
    const secondsOf: ReplayOptions["secondsOf"] = (round, worker, load) =>
      timeAt(models[worker] ?? options.timeModel, times.seconds[worker]?.[first + round - 1] ?? 0, {
        from: times.load,
        to: load,
      });
    const { waitOut } = options;
    return replay({ scheme, jobs: rounds, rounds, patience, waitOut, secondsOf }).rounds.slice(options.maximumDelay);
  };
  const [chosenBy, heldOut] = [steady(0, half), steady(half, recorded - half)];
  return {
    coding: coding.part,
    patience,
    load: scheme.load,
    delay: scheme.delay,
    chosenBy: meanOf(chosenBy.map(({ seconds }) => seconds)),
    heldOut: meanOf(heldOut.map(({ seconds }) => seconds)),
    waited: heldOut.filter(({ waited }) => waited).length / heldOut.length,
  };
}

/** Of `codings`, at least one, with every patience, the best by the first half of the rounds, with what it takes on the rest. */
export function bestAmong(codings: readonly (Coding & Part)[], options: TuneOptions): Candidate {
  const candidates = codings.flatMap((coding) =>
    options.patiences.map((patience) => candidateOf(options, coding, patience)),
  );
  const [best] = candidates.toSorted((a, b) => a.chosenBy - b.chosenBy);
  return present(best, "a candidate");
}
