/**
 * The contract of coding schemes: what each worker computes in which round, so that the gradient of every job can be put
 * together in time although some workers are late.
 *
 * Rounds and jobs are counted from 1. A job is one gradient over some data; work on job t starts in round t, and it has to
 * be decoded at the end of round t + T, T being the scheme's delay. Its data is shared out to one or more groups, each
 * under a gradient code of its own, and its gradient is the sum over the groups.
 *
 * @module
 */
import { decodes, type GradientCode } from "./gradient-code.ts";
import type { Pattern } from "./stragglers.ts";

/** A share of a job's data, with its code. */
export interface Group {
  /** In (0, 1]; those of a job sum to 1. Every chunk of the group is as large: share / workers of the data. */
  readonly share: number;
  readonly code: GradientCode;
}

/** One answer that a code asks for: what a worker computes in a part of a round. */
export interface Item {
  /** From 1. */
  readonly job: number;
  /** In [0, groups). */
  readonly group: number;
  /** Whose answer it is in the code: that of the worker who computes it, unless it computes for another. */
  readonly place: number;
}

/** A group that has to be decoded by the end of a round. */
export type DueGroup = Omit<Item, "place">;

/** What has come in so far. */
export interface Arrivals {
  /** Jobs are numbered 1 … jobs. */
  readonly jobs: number;
  readonly has: (item: Item) => boolean;
}

/** A coding scheme for a number of workers. */
export interface CodingScheme {
  readonly workers: number;
  /** T ≥ 0: the rounds between the start of a job and its end. */
  readonly delay: number;
  readonly groups: readonly Group[];
  /** What a worker computes in a full round, as a share of a job's data. */
  readonly load: number;
  /** How many rounds {@link CodingScheme.tolerates} looks back on, the newest included. */
  readonly window: number;
  /** The groups that are answered to in a round for the last time: at its end they have to be decoded. */
  readonly due: (round: number, jobs: number) => readonly DueGroup[];
  /** What each worker is to answer in a round, given what came in before: by worker. */
  readonly assign: (round: number, arrivals: Arrivals) => readonly (readonly Item[])[];
  /**
   * Whether the newest round may end although some workers are late: whether every job can still be decoded by its deadline if
   * nobody is late any more.
   */
  readonly tolerates: (pattern: Pattern) => boolean;
}

/** Makes a scheme for a number of workers. */
export interface Coding {
  /** Why there is no scheme for so many workers, in words, or null. */
  readonly contradiction: (workers: number) => string | null;
  /** The scheme for a number of workers without contradiction. */
  readonly schemeFor: (workers: number) => CodingScheme;
}

/** Whether a group can be decoded from what has come in. */
export function isDecodable({ groups }: CodingScheme, { job, group }: DueGroup, { has }: Arrivals): boolean {
  const code = groups[group]?.code;
  return code !== undefined && decodes(code, (place) => has({ job, group, place }));
}

/** The answers that are still missing of groups that cannot be decoded. */
export function missingIn(scheme: CodingScheme, due: readonly DueGroup[], arrivals: Arrivals): readonly Item[] {
  return due
    .filter((group) => !isDecodable(scheme, group, arrivals))
    .flatMap((group) => Array.from({ length: scheme.workers }, (_, place) => ({ ...group, place })))
    .filter((item) => !arrivals.has(item));
}

/** Those of `due` whose job is one of 1 … jobs. */
export function dueAmong(due: readonly DueGroup[], jobs: number): readonly DueGroup[] {
  return due.filter(({ job }) => job >= 1 && job <= jobs);
}

/** The rounds that a scheme takes for so many jobs. */
export function roundsFor({ delay }: CodingScheme, jobs: number): number {
  return jobs + delay;
}
