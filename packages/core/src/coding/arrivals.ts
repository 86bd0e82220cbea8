/**
 * The book of answers: which have come in, of the jobs that are not decoded yet. Plain data.
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import { type Arrivals, type CodingScheme, isDecodable, type Item } from "./scheme.ts";
import type { Pattern } from "./stragglers.ts";

/** Which answers are there: by job, then group, 1 for each place that has answered. */
export type AnswerBook = Map<number, readonly Uint8Array[]>;

/** A view of a book for so many jobs. A job that nothing is noted of has no answers. */
export function arrivalsIn(book: AnswerBook, jobs: number): Arrivals {
  return { jobs, has: ({ job, group, place }) => book.get(job)?.[group]?.[place] === 1 };
}

/** Notes that an answer is there. */
export function noteAnswer(book: AnswerBook, { groups, workers }: CodingScheme, { job, group, place }: Item): void {
  const known = book.get(job) ?? groups.map(() => new Uint8Array(workers));
  book.set(job, known);
  present(known[group], "group", group)[place] = 1;
}

/** A round about to end. */
export interface EndingRound {
  readonly round: number;
  /** 1 for a worker that has not answered. */
  readonly late: Uint8Array;
}

/**
 * Whether a round may end, whose answers are noted in `arrivals`: what is due can be decoded, and what later rounds have to make up
 * for can be made up for, `before` being who was late in the rounds before.
 */
export function mayEnd(scheme: CodingScheme, ending: EndingRound, before: Pattern, arrivals: Arrivals): boolean {
  const due = scheme.due(ending.round, arrivals.jobs);
  if (!due.every((group) => isDecodable(scheme, group, arrivals))) return false;
  return scheme.delay === 0 || isTolerated(scheme, ending.late, before);
}

/** Whether nobody is late, or so few, or so seldom, that the scheme bears it. */
export function isTolerated(scheme: CodingScheme, late: Uint8Array, before: Pattern): boolean {
  return late.every((own) => own === 0) || scheme.tolerates([...before, late]);
}
