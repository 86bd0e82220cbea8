/**
 * Replays a scheme on recorded times of workers, without computing anything: how long each round takes, who is waited for.
 *
 * The wait rule: when the fastest worker has answered after τ, the others are given until (1 + μ) τ; who has not answered by
 * then is late. Where the scheme cannot bear so many, or what is due cannot be decoded, the round goes on, until
 * it may end ("enough"), or until everybody has answered ("all", as in the simulations that the paper reports).
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";
import { type AnswerBook, arrivalsIn, isTolerated, mayEnd, noteAnswer } from "./arrivals.ts";
import { type CodingScheme, type Item, missingIn, roundsFor } from "./scheme.ts";
import type { Pattern } from "./stragglers.ts";

/** For whom a round is waited that cannot end in time. */
export type WaitOut = "enough" | "all";

/** How to replay. */
export interface ReplayOptions {
  readonly scheme: CodingScheme;
  readonly jobs: number;
  /** After how many rounds the replay ends; by default when the last job is done. */
  readonly rounds?: number;
  /** μ ≥ 0 */
  readonly patience: number;
  readonly waitOut: WaitOut;
  /** How long a worker takes in a round in which it computes `load`, a share of a job's data. */
  readonly secondsOf: (round: number, worker: number, load: number) => Seconds;
}

/** A round of a replay. */
export interface ReplayedRound {
  readonly seconds: Seconds;
  /** What was asked for, by worker. */
  readonly items: readonly (readonly Item[])[];
  /** 1 for a worker that had not answered when the round ended. */
  readonly late: Uint8Array;
  /** Whether the round went on after its time was up. */
  readonly waited: boolean;
}

/** What a replay gives. */
export interface Replay {
  readonly seconds: Seconds;
  readonly rounds: readonly ReplayedRound[];
}

/** Replays so many jobs, and the rounds that the last of them still take, unless it is to end before. */
export function replay(options: ReplayOptions): Replay {
  const { scheme, jobs } = options;
  const book: AnswerBook = new Map();
  let before: Pattern = [];
  const rounds: ReplayedRound[] = [];
  const last = Math.min(options.rounds ?? Infinity, roundsFor(scheme, jobs));
  for (let round = 1; round <= last; round++) {
    const items = scheme.assign(round, arrivalsIn(book, jobs));
    const replayed = roundOf(options, { round, items, book, before });
    rounds.push(replayed);
    before = [...before, replayed.late].slice(-scheme.window);
    book.delete(round - scheme.delay);
  }
  return { seconds: rounds.reduce((sum, { seconds }) => sum + seconds, 0), rounds };
}

interface Scene {
  readonly round: number;
  readonly items: readonly (readonly Item[])[];
  readonly book: AnswerBook;
  /** Who was late in the rounds before. */
  readonly before: Pattern;
}

/** One round; its answers are noted in the book. */
function roundOf(options: ReplayOptions, scene: Scene): ReplayedRound {
  const { scheme, patience, waitOut, secondsOf } = options;
  const { round, items, before } = scene;
  const asked = items.flatMap((own, worker) => (own.length === 0 ? [] : [worker]));
  const answers = asked
    .map((worker) => ({ worker, after: secondsOf(round, worker, loadOf(scheme, items[worker] ?? [])) }))
    .sort((a, b) => a.after - b.after);
  const fastest = answers[0]?.after ?? 0;
  const patient = (1 + patience) * fastest;
  const late = Uint8Array.from(items, (own) => (own.length === 0 ? 0 : 1));
  const arrivals = arrivalsIn(scene.book, options.jobs);
  const isOver = (): boolean => {
    if (!mayEnd(scheme, { round, late }, before, arrivals)) return false;
    return waitOut === "enough" || isTolerated(scheme, late, before);
  };
  let at = 0;
  const take = (): Seconds => {
    const { worker = 0, after = 0 } = answers[at] ?? {};
    at += 1;
    late[worker] = 0;
    for (const item of items[worker] ?? []) noteAnswer(scene.book, scheme, item);
    return after;
  };
  let seconds = 0;
  while (at < answers.length && (answers[at]?.after ?? 0) <= patient) seconds = take();
  const everybody = at === answers.length;
  if (!everybody && isOver()) return { seconds: patient, items, late, waited: false };
  const mayStop = waitOut === "all" ? never : isOver;
  while (at < answers.length) {
    seconds = take();
    if (mayStop()) break;
  }
  const missing = missingIn(scheme, scheme.due(round, options.jobs), arrivals);
  // Nobody is left who was asked for them: whoever is free computes them, as fast as the fastest did.
  if (missing.length > 0) seconds += fastest;
  for (const item of missing) noteAnswer(scene.book, scheme, item);
  return { seconds, items, late, waited: !everybody || missing.length > 0 };
}

function never(): boolean {
  return false;
}

/** What a worker computes in a round, as a share of a job's data. */
export function loadOf({ groups, workers }: CodingScheme, items: readonly Item[]): number {
  let load = 0;
  for (const { group } of items) {
    const { share = 0, code } = groups[group] ?? {};
    load += (share / workers) * ((code?.tolerated ?? 0) + 1);
  }
  return load;
}
