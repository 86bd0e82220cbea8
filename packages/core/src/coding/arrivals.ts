/**
 * The book of answers: which have come in, of the jobs that are not decoded yet. Plain data.
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import { type Arrivals, type CodingScheme, isDecodable, type Item } from "./scheme.ts";
import type { RoundRecord } from "./stragglers.ts";

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

/** A round about to end: what was to be done in it, and who has not done it. */
export interface EndingRound {
  readonly round: number;
  /** By worker. */
  readonly items: readonly (readonly Item[])[];
  /** 1 for a worker that has not answered. */
  readonly late: Uint8Array;
}

/** What is remembered of a round. */
export function recordOf({ round, items, late }: EndingRound): RoundRecord {
  return { late: late.slice(), repeated: items.some((own) => own.length > 0 && own.every(({ job }) => job < round)) };
}

/**
 * Whether a round may end, whose answers are noted in `arrivals`: what is due can be decoded, and, where later rounds have to make
 * up for who is late, what the scheme assumes holds, `records` being the rounds before.
 */
export function mayEnd(
  scheme: CodingScheme,
  ending: EndingRound,
  records: readonly RoundRecord[],
  arrivals: Arrivals,
): boolean {
  const due = scheme.due(ending.round, arrivals.jobs);
  if (!due.every((group) => isDecodable(scheme, group, arrivals))) return false;
  return scheme.delay === 0 || isAsAssumed(scheme, ending, records);
}

/** Whether nobody is late, or what the scheme assumes of stragglers holds. */
export function isAsAssumed(scheme: CodingScheme, ending: EndingRound, records: readonly RoundRecord[]): boolean {
  return ending.late.every((late) => late === 0) || scheme.tolerates([...records, recordOf(ending)]);
}
