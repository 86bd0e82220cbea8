/**
 * Schemes of one round a job: one group, under one code.
 *
 * @module
 */
import { gradientCode } from "./gradient-code.ts";
import { type Arrivals, type CodingScheme, dueAmong, type Item } from "./scheme.ts";
import { perRound } from "./stragglers.ts";

/** All workers answer to the job of the round, and `tolerated` of them may be late. */
export function plainScheme(workers: number, tolerated: number): CodingScheme {
  return {
    workers,
    delay: 0,
    groups: [{ share: 1, code: gradientCode(workers, tolerated) }],
    load: (tolerated + 1) / workers,
    window: 1,
    due: (round, jobs) => dueAmong([{ job: round, group: 0 }], jobs),
    assign: (round, arrivals) => Array.from({ length: workers }, (_, place) => itemsOf(round, place, arrivals)),
    tolerates: perRound(tolerated),
  };
}

function itemsOf(job: number, place: number, { jobs }: Arrivals): readonly Item[] {
  return job <= jobs ? [{ job, group: 0, place }] : [];
}
