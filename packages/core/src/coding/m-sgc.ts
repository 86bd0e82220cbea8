/**
 * Multiplexed sequential gradient coding: in every round a worker computes a little of each of the last W − 1 + B jobs.
 *
 * The data of a job has two parts. The first, W − 1 groups, is not coded: every worker has a chunk of its own in each. The
 * second, B groups, is protected by an (n, λ)-gradient code each (not coded either where λ = n). In round r a worker
 * does mini-task m of job r − m for m = 0 … W − 2 + B: for m < W − 1 its chunk of group m, and after that, where one of
 * those is still missing from it, that one again, else its answer to coded group m − (W − 1). A burst of at
 * most B late rounds loses at most B of the mini-tasks, and what it loses of the first part is made up for in the second.
 *
 *     load (λ + 1)(W − 1 + B) / (n (B + (W − 1)(λ + 1))) for λ < n, (W − 1 + B) / (n (W − 1)) for λ = n,  delay T = W − 2 + B
 *
 * A chunk of the first part is λ + 1 times as large as one of the second, so that all mini-tasks cost the same.
 *
 * Krishnan, Ebrahimi, Khisti, "Sequential gradient coding for straggler mitigation", ICLR 2023.
 * https://arxiv.org/abs/2211.13802
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { burstOptions, type BurstOptions, sequentialPaper } from "./burst-options.ts";
import { gradientCode, undecodable } from "./gradient-code.ts";
import {
  type Arrivals,
  type Coding,
  type CodingScheme,
  dueAmong,
  type DueGroup,
  type Group,
  type Item,
} from "./scheme.ts";
import type { Pattern, StragglerModel } from "./stragglers.ts";

/** The coding `m-sgc`. Throws Fault "option-invalid". */
export const mSgc: PartFactory<BurstOptions, Coding> = definePart<BurstOptions, Coding>({
  room: "coding",
  name: "m-sgc",
  about: "Workers compute a little of each of the last jobs; what a burst of lateness loses is made up later.",
  fights: ["delay"],
  paper: sequentialPaper,
  options: burstOptions,
  make: (options) => ({
    contradiction: (workers) => contradictionOf(options, workers),
    schemeFor: (workers) => schemeOf(options, workers),
  }),
});

function contradictionOf({ burst, window, most }: BurstOptions, workers: number): string | null {
  if (burst >= window) return `m-sgc needs a burst shorter than its window, not ${burst} of ${window}`;
  if (most > workers) return `m-sgc: ${most} stragglers of ${workers} workers`;
  return most === workers ? null : undecodable(workers, most);
}

function schemeOf({ burst, window, most }: BurstOptions, workers: number): CodingScheme {
  const first = window - 1;
  const minitasks = first + burst;
  const groups = groupsOf({ burst, window, most }, workers);
  const itemsOf = (round: number, place: number, arrivals: Arrivals): readonly Item[] => {
    const items: Item[] = [];
    for (let m = 0; m < minitasks; m++) {
      const job = round - m;
      if (job < 1 || job > arrivals.jobs) continue;
      const group = m < first ? m : (firstMissing(job, place, first, arrivals) ?? m);
      if (group < groups.length) items.push({ job, group, place });
    }
    return items;
  };
  return {
    workers,
    delay: minitasks - 1,
    groups,
    load: loadOf({ burst, window, most }, workers),
    window: minitasks,
    due: (round, jobs) => dueAmong(lastIn(round, { first, minitasks, groups: groups.length }), jobs),
    assign: (round, arrivals) => Array.from({ length: workers }, (_, place) => itemsOf(round, place, arrivals)),
    tolerates: completable({ burst, window, most }),
  };
}

/** Whether all jobs that the rounds of a pattern worked on can still be decoded by their deadlines if nobody is late any more. */
function completable(options: BurstOptions): StragglerModel {
  return (pattern) => pattern.every((late, from) => isCompletable(options, pattern.slice(from), late.length));
}

/** Whether the job that began in the first of these rounds can be. */
function isCompletable({ burst, window, most }: BurstOptions, rounds: Pattern, workers: number): boolean {
  const first = window - 1;
  const unanswered = new Uint32Array(burst);
  for (let worker = 0; worker < workers; worker++) {
    let missing = 0;
    for (let m = 0; m < first + burst; m++) {
      const isLate = rounds[m]?.[worker] === 1;
      if (m < first) missing += isLate ? 1 : 0;
      else if (isLate || missing > 0) unanswered[m - first] = (unanswered[m - first] as number) + 1;
      if (m >= first && !isLate && missing > 0) missing -= 1;
    }
    if (missing > 0) return false;
  }
  return unanswered.every((count) => count <= most);
}

/** A coded group is answered to in one round alone, the groups of the uncoded part until the last round of their job. */
function lastIn(
  round: number,
  { first, minitasks, groups }: { readonly first: number; readonly minitasks: number; readonly groups: number },
): readonly DueGroup[] {
  const coded = Array.from({ length: groups - first }, (_, at) => ({ job: round - first - at, group: first + at }));
  return [...coded, ...Array.from({ length: first }, (_, group) => ({ job: round - minitasks + 1, group }))];
}

/** The first group of the uncoded part to which the answer of this worker is missing. */
function firstMissing(job: number, place: number, first: number, { has }: Arrivals): number | undefined {
  for (let group = 0; group < first; group++) if (!has({ job, group, place })) return group;
  return undefined;
}

/** Where all may be late, the second part would have nothing to compute from: there is none. */
function groupsOf({ burst, window, most }: BurstOptions, workers: number): readonly Group[] {
  const first = window - 1;
  const plain = gradientCode(workers, 0);
  if (most === workers) return Array.from({ length: first }, () => ({ share: 1 / first, code: plain }));
  const coded = gradientCode(workers, most);
  const unit = 1 / (burst + first * (most + 1));
  return [
    ...Array.from({ length: first }, () => ({ share: unit * (most + 1), code: plain })),
    ...Array.from({ length: burst }, () => ({ share: unit, code: coded })),
  ];
}

function loadOf({ burst, window, most }: BurstOptions, workers: number): number {
  const first = window - 1;
  if (most === workers) return (first + burst) / (workers * first);
  return ((most + 1) * (first + burst)) / (workers * (burst + first * (most + 1)));
}
